// Overview: the whole picture, small, in a corner, with a frame around what is in sight. Dragging there moves the picture.

const OVERVIEW = { width: 130, height: 180 }; // pixels, at most
const MOST_SAMPLES = 4000; // boxes; above that it would cost more than it shows

/** An overview in `svg`. */
function overviewOn(svg) {
  const sight = shape("rect", { class: "sight" });
  let scene = null;
  let camera = null;

  const moved = () => {
    if (scene === null) return;
    const [width, height] = camera.size().map((pixels) => pixels / camera.scale);
    const [x, y] = [-camera.x / camera.scale, -camera.y / camera.scale];
    const isWhole = x <= 0 && y <= 0 && x + width >= scene.width && y + height >= scene.height;
    svg.toggleAttribute("hidden", isWhole || scene.boxes.size > MOST_SAMPLES);
    const [left, top] = [Math.max(x, 0), Math.max(y, 0)];
    const [right, bottom] = [Math.min(x + width, scene.width), Math.min(y + height, scene.height)];
    const sides = { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
    for (const [name, value] of Object.entries(sides)) sight.setAttribute(name, value.toFixed(1));
  };

  const draw = (newScene, newCamera) => {
    [scene, camera] = [newScene, newCamera];
    const scale = Math.min(OVERVIEW.width / scene.width, OVERVIEW.height / scene.height);
    svg.setAttribute("viewBox", `0 0 ${scene.width} ${scene.height}`);
    svg.setAttribute("width", Math.max(24, scene.width * scale));
    svg.setAttribute("height", Math.max(24, scene.height * scale));
    const samples = [];
    for (const [id, box] of scene.boxes.size > MOST_SAMPLES ? [] : scene.boxes) {
      const { x, y, width, height, children } = scene.items.get(id);
      const kind = children ? "frame" : box.getAttribute("class");
      samples.push(shape("g", { class: kind }, shape("rect", { class: children ? "frame" : "shape", x, y, width, height })));
    }
    svg.replaceChildren(...samples, sight);
    moved();
  };

  const follow = (event) => {
    if (event.buttons === 0) return;
    const box = svg.getBoundingClientRect();
    const [width, height] = camera.size();
    const x = ((event.clientX - box.left) / box.width) * scene.width;
    const y = ((event.clientY - box.top) / box.height) * scene.height;
    camera.set(width / 2 - x * camera.scale, height / 2 - y * camera.scale, camera.scale);
  };
  svg.addEventListener("pointerdown", (event) => {
    svg.setPointerCapture(event.pointerId);
    follow(event);
  });
  svg.addEventListener("pointermove", follow);
  return { draw, moved };
}
