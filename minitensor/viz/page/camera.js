// Camera: which part of the picture is in sight. Moving it changes one transform, never the drawing.

const NEAREST = 3;
const FARTHEST = 0.003;
const READABLE = 0.8; // what is drawn smaller than this is hard to read
const LEGIBLE = 0.6; // and than this, impossible

/** A camera on `svg`, which moves `world`; `changed` is called after each move. */
function cameraOn(svg, world, changed) {
  const camera = { x: 0, y: 0, scale: 1, animation: 0 };
  const still = matchMedia("(prefers-reduced-motion: reduce)");

  const apply = () => {
    const { x, y, scale } = camera;
    world.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)}) scale(${scale.toFixed(5)})`);
    svg.classList.toggle("far", camera.scale < 0.22);
    changed(camera);
  };
  const set = (x, y, scale) => {
    cancelAnimationFrame(camera.animation);
    Object.assign(camera, { x, y, scale });
    apply();
  };
  const glide = (x, y, scale) => {
    if (still.matches || document.hidden) {
      set(x, y, scale);
      return;
    }
    cancelAnimationFrame(camera.animation);
    const from = { x: camera.x, y: camera.y, scale: camera.scale };
    const begin = performance.now();
    const step = (now) => {
      const time = Math.min(1, Math.max(0, (now - begin) / 260));
      const eased = 1 - (1 - time) ** 3;
      const between = (a, b) => a + (b - a) * eased;
      Object.assign(camera, { x: between(from.x, x), y: between(from.y, y), scale: between(from.scale, scale) });
      apply();
      if (time < 1) camera.animation = requestAnimationFrame(step);
    };
    camera.animation = requestAnimationFrame(step);
  };

  camera.size = () => [svg.clientWidth || 1, svg.clientHeight || 1];
  camera.set = set;
  camera.pan = (dx, dy) => set(camera.x + dx, camera.y + dy, camera.scale);
  camera.zoom = (factor, x, y) => {
    const [width, height] = camera.size();
    const [px, py] = [x ?? width / 2, y ?? height / 2];
    const scale = Math.min(NEAREST, Math.max(FARTHEST, camera.scale * factor));
    const ratio = scale / camera.scale;
    set(px - (px - camera.x) * ratio, py - (py - camera.y) * ratio, scale);
  };

  /** All of the picture, or its top at a size that can be read, when `readable` and all of it would be too small. */
  camera.fit = (scene, { readable = false, animate = true } = {}) => {
    const [width, height] = camera.size();
    const margin = Math.min(28, width * 0.05);
    const whole = Math.min((width - 2 * margin) / scene.width, (height - 2 * margin) / scene.height, 1.15);
    const wide = Math.min((width - 2 * margin) / scene.width, 1);
    const scale = Math.max(FARTHEST, readable && whole < READABLE ? Math.max(wide, LEGIBLE) : whole);
    const x = Math.max((width - scene.width * scale) / 2, readable && scene.width * scale > width ? margin : -Infinity);
    const y = Math.max((height - scene.height * scale) / 2, scene.height * scale > height ? margin : -Infinity);
    (animate ? glide : set)(x, y, scale);
  };

  /** Bring an item into sight, in the middle; at a size that can be read. */
  camera.show = (item) => {
    const [width, height] = camera.size();
    const scale = Math.max(camera.scale, 0.75);
    const [x, y] = [item.x + item.width / 2, item.y + Math.min(item.height / 2, height / scale / 3)];
    glide(width / 2 - x * scale, height / 2 - y * scale, scale);
  };

  /** Bring an item into sight if it is not, with no more movement than that takes. */
  camera.reveal = (item) => {
    const [width, height] = camera.size();
    const { scale } = camera;
    const margin = 40;
    const shift = (low, high, length) => {
      if (low < margin) return margin - low;
      return high > length - margin ? Math.max(length - margin - high, margin - low) : 0;
    };
    const dx = shift(camera.x + item.x * scale, camera.x + (item.x + item.width) * scale, width);
    const dy = shift(camera.y + item.y * scale, camera.y + (item.y + item.height) * scale, height);
    if (dx !== 0 || dy !== 0) glide(camera.x + dx, camera.y + dy, scale);
  };

  listen(svg, camera);
  return camera;
}

/** Pointers and the wheel. A drag of fewer than four pixels is a click. */
function listen(svg, camera) {
  const pointers = new Map();
  let moved = 0;
  svg.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (pointers.size === 0) moved = 0;
    pointers.set(event.pointerId, [event.clientX, event.clientY]);
  });
  svg.addEventListener("pointermove", (event) => {
    const before = pointers.get(event.pointerId);
    if (before === undefined) return;
    const now = [event.clientX, event.clientY];
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    moved += Math.abs(dx) + Math.abs(dy);
    if (moved < 4) return;
    if (!svg.hasPointerCapture(event.pointerId)) svg.setPointerCapture(event.pointerId);
    svg.classList.add("dragging");
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1];
    if (other === undefined) camera.pan(dx, dy);
    else {
      const distance = (point) => Math.max(1, Math.hypot(point[0] - other[0], point[1] - other[1]));
      const box = svg.getBoundingClientRect();
      const middle = (point) => [(point[0] + other[0]) / 2 - box.left, (point[1] + other[1]) / 2 - box.top];
      const [from, to] = [middle(before), middle(now)];
      camera.pan(to[0] - from[0], to[1] - from[1]);
      camera.zoom(distance(now) / distance(before), ...to);
    }
    pointers.set(event.pointerId, now);
  });
  const end = (event) => {
    pointers.delete(event.pointerId);
    if (pointers.size === 0) svg.classList.remove("dragging");
  };
  svg.addEventListener("pointerup", end);
  svg.addEventListener("pointercancel", end);
  svg.addEventListener("click", (event) => {
    if (moved >= 4) event.stopImmediatePropagation(); // the end of a drag, no click
    moved = 0;
  }, true);
  svg.addEventListener("wheel", (event) => {
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    if (event.shiftKey) {
      camera.pan(-(event.deltaX || event.deltaY), 0);
      return;
    }
    const lines = event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1;
    const speed = event.ctrlKey ? 0.01 : 0.0016; // a pinch on a touch pad comes as a wheel with ctrl, in small steps
    const turn = Math.max(-250, Math.min(250, event.deltaY * lines));
    camera.zoom(Math.exp(-turn * speed), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
}
