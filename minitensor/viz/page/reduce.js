// Reduce: a convolution of a network made small enough to be looked at cell by cell. Kernel, stride, dilation, padding and groups stay
// what they are, and so does the remainder that the windows leave; sizes and channels become fewer.

const USUAL = { transposed: false, groups: 1, paddingMode: "zeros", bias: false };
const MOST_LONG = 9; // cells along an axis that are looked at with ease
const MOST_SQUARES = 240; // and cells of X, W and Y together
// What the lens refuses, as in minitensor/viz/lens/case.py.
const LENS_LIMITS = { groups: 64, kernel: 64, stride: 32, dilation: 32, size: 256, channels: 64, padding: 64, squares: 6000, products: 150000 };

/** All settings of a convolution, those that the data leave out too. */
function wholeSettings(settings) {
  const rank = settings.kernel.length;
  return { ...USUAL, dilation: new Array(rank).fill(1), outputPadding: new Array(rank).fill(0), ...settings };
}

/** The sizes of both sides: {windows: of the small side, large: of the large one}. */
function sidesOf({ transposed, size, kernel, stride, dilation, padding, outputPadding }) {
  const span = (axis) => dilation[axis] * (kernel[axis] - 1) + 1 - padding[axis][0] - padding[axis][1];
  const forward = (length, axis) => Math.floor((length - span(axis)) / stride[axis]) + 1;
  const back = (length, axis) => (length - 1) * stride[axis] + span(axis) + outputPadding[axis];
  return transposed ? { windows: size, large: size.map(back) } : { windows: size.map(forward), large: size };
}

const volume = (lengths) => lengths.reduce((count, length) => count * length, 1);

/** How many squares and products settings make. */
function extentOf(settings) {
  const { windows, large } = sidesOf(settings);
  const { transposed, batch, inChannels, outChannels, groups, kernel } = settings;
  const [smallChannels, largeChannels] = transposed ? [inChannels, outChannels] : [outChannels, inChannels];
  const taps = (smallChannels * largeChannels * volume(kernel)) / groups;
  const squares = batch * (smallChannels * volume(windows) + largeChannels * volume(large)) + taps;
  return { squares, products: batch * taps * volume(windows), longest: Math.max(...large, ...windows) };
}

/** One window fewer along an axis. */
function shorter(settings, axis) {
  const by = settings.transposed ? 1 : settings.stride[axis];
  return { ...settings, size: settings.size.map((length, at) => (at === axis ? length - by : length)) };
}

/** So many channels in and out of each group. */
const withChannels = (settings, into, out) => ({ ...settings, inChannels: into * settings.groups, outChannels: out * settings.groups });

/** The next smaller convolution of the same kind; null where there is none. Fewer groups, which are another kind, only if that has to be. */
function smaller(settings, hasToBe) {
  const { windows, large } = sidesOf(settings);
  const [into, out] = [settings.inChannels / settings.groups, settings.outChannels / settings.groups];
  const canShrink = (axis) => windows[axis] > (hasToBe ? 1 : 2) && sidesOf(shorter(settings, axis)).large.every((length) => length > 0);
  const [longest] = windows.map((_, axis) => axis).filter(canShrink).sort((a, b) => large[b] - large[a]);
  const isLong = longest !== undefined && windows[longest] > 3;
  if (isLong && large[longest] > MOST_LONG) return shorter(settings, longest);
  if (into > 2 || out > 2) return withChannels(settings, Math.min(into, Math.max(2, into >> 1)), Math.min(out, Math.max(2, out >> 1)));
  if (isLong) return shorter(settings, longest);
  if (into > 1 || out > 1) return withChannels(settings, 1, 1);
  if (longest !== undefined) return shorter(settings, longest);
  if (hasToBe && settings.groups > 1) return withChannels({ ...settings, groups: settings.groups >> 1 }, 1, 1);
  return null;
}

/** Whether the lens would refuse settings. */
function isRefused(settings) {
  const { squares, products, longest } = extentOf(settings);
  const { inChannels, outChannels, groups, kernel, stride, dilation, padding } = settings;
  const limits = LENS_LIMITS;
  const pairs = [
    [squares, limits.squares], [products, limits.products], [longest, limits.size], [Math.max(inChannels, outChannels), limits.channels],
    [groups, limits.groups], [Math.max(...kernel), limits.kernel], [Math.max(...stride), limits.stride],
    [Math.max(...dilation), limits.dilation], [Math.max(...padding.flat()), limits.padding], [-Math.min(...padding.flat()), 0],
  ];
  return pairs.some(([value, most]) => value > most);
}

/** A convolution that can be looked at: {settings, words: what was reduced, "" for nothing}; null where there is none. */
function reduced(settings) {
  const whole = wholeSettings(settings);
  const isTooMuch = (one) => {
    const { squares, longest } = extentOf(one);
    return squares > MOST_SQUARES || longest > MOST_LONG;
  };
  let now = { ...whole, batch: 1 };
  for (const [test, hasToBe] of [[isTooMuch, false], [isRefused, true]]) {
    for (let next = now; next !== null && test(now); ) {
      next = smaller(now, hasToBe);
      now = next ?? now;
    }
  }
  return isRefused(now) ? null : { settings: now, words: reductionWords(whole, now) };
}

/** What is less than it was, in words. */
function reductionWords(whole, now) {
  const less = (name, words) => (now[name] === whole[name] ? [] : [`${now[name]} of ${whole[name]} ${words}`]);
  const cells = now.size.join() === whole.size.join() ? [] : [`${now.size.join("x")} of ${whole.size.join("x")} cells`];
  return [...cells, ...less("batch", "samples"), ...less("inChannels", "channels in"), ...less("outChannels", "channels out"), ...less("groups", "groups")].join(", ");
}
