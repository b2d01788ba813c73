import { EXPRESSIONS, GESTURES } from '@avatarwire/core';
import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import {
  drawFace,
  EXPRESSION_BLEND_MS,
  type FaceContext2D,
  type FaceState,
  GESTURE_MS,
  restingFace,
} from '../src/face';
import { blinkAt } from '../src/face/pose-at';

const AT = 1_000;

/** Pixels of a real canvas, opaque RGBA. */
function paint(state: FaceState, timeMs = AT, width = 128, height = 128): Buffer {
  const canvas = createCanvas(width, height);
  drawFace(canvas.getContext('2d'), state, timeMs);
  return Buffer.from(canvas.data());
}

type Box = readonly [left: number, top: number, right: number, bottom: number];

/** How many pixels of two pictures of 128 × 128 are not the same, inside a rectangle of them. */
function changed(one: Buffer, other: Buffer, [left, top, right, bottom]: Box = [0, 0, 128, 128]): number {
  let count = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = (y * 128 + x) * 4;
      const distance = [0, 1, 2].reduce(
        (sum, c) => sum + Math.abs((one[at + c] ?? 0) - (other[at + c] ?? 0)),
        0,
      );
      if (distance > 24) count += 1;
    }
  }
  return count;
}

function withExpression(name: FaceState['expression']['name'], startedAtMs = 0): FaceState {
  return { ...restingFace, expression: { name, previous: 'neutral', startedAtMs } };
}

test('the same state at the same time is the same picture on a real canvas, to the pixel', () => {
  const state: FaceState = {
    ...withExpression('happiness'),
    speaking: true,
    mouth: { open: 0.7, spread: -0.4 },
    gesture: { name: 'cheer', startedAtMs: 0 },
  };

  expect(paint(state).equals(paint(state))).toBe(true);
  expect(paint(state, AT + 40).equals(paint(state))).toBe(false);
});

test('the figure is never still: it breathes and sways at rest', () => {
  expect(changed(paint(restingFace, 1_000), paint(restingFace, 2_600))).toBeGreaterThan(100);
});

test.each(GESTURES)('the gesture %s is seen while it lasts, and is over afterwards', (name) => {
  const state: FaceState = { ...restingFace, gesture: { name, startedAtMs: 0 } };

  // Halfway a head that nods or shakes may just pass its place of rest: the strongest of three moments counts.
  const moments = [700, 850, 1_200].map((at) => changed(paint(state, at), paint(restingFace, at)));
  expect(Math.max(...moments)).toBeGreaterThan(250);
  expect(paint(state, GESTURE_MS + 1).equals(paint(restingFace, GESTURE_MS + 1))).toBe(true);
  expect(paint(state, 0).equals(paint(restingFace, 0))).toBe(true);
});

test.each([
  ['waft_left', 0],
  ['waft_right', 64],
] as const)('%s moves the hand on its side of the picture', (name, left) => {
  const pair = [
    paint({ ...restingFace, gesture: { name, startedAtMs: 0 } }, 1_400),
    paint(restingFace, 1_400),
  ] as const;
  const inHalf = (from: number) => changed(...pair, [from, 80, from + 64, 128]);

  expect(inHalf(left)).toBeGreaterThan(3 * inHalf(64 - left));
});

test('all eight faces differ from one another', () => {
  const faces = (['neutral', ...EXPRESSIONS] as const).map((name) => paint(withExpression(name)));

  for (const [index, face] of faces.entries()) {
    for (const other of faces.slice(index + 1))
      expect(changed(face, other, [30, 20, 98, 88])).toBeGreaterThan(150);
  }
});

test('an expression comes gradually and then stands', () => {
  const picture = (shareOfBlend: number) =>
    paint(withExpression('surprise', AT - EXPRESSION_BLEND_MS * shareOfBlend));
  const [from, middle, to] = [picture(0), picture(0.5), picture(1)];

  expect(from.equals(paint(restingFace))).toBe(true);
  expect(changed(middle, from)).toBeGreaterThan(50);
  expect(changed(middle, to)).toBeGreaterThan(50);
  expect(picture(8).equals(to)).toBe(true);
});

test('the mouth opens with the voice, wide for "ee" and narrow for "oo"', () => {
  const dark = (open: number, spread: number) =>
    columnsOfDark(paint({ ...restingFace, speaking: true, mouth: { open, spread } }, AT, 512, 512));

  expect(dark(0, 0)).toBe(0);
  expect(dark(0.3, 0)).toBeGreaterThan(20);
  expect(dark(0.6, 0.9)).toBeGreaterThan(1.6 * dark(0.6, -0.9));
});

/** How wide the inside of the mouth is seen, in pixels of a picture of 512 × 512. */
function columnsOfDark(pixels: Buffer): number {
  const columns = new Set<number>();
  for (let y = 250; y < 330; y += 1) {
    for (let x = 200; x < 310; x += 1) {
      const [red = 0, green = 0, blue = 0] = pixels.subarray((y * 512 + x) * 4);
      if (red > 80 && red < 130 && green < 50 && blue < 70) columns.add(x);
    }
  }
  return columns.size;
}

describe('the badge', () => {
  const badge = [0, 0, 42, 16] as const;

  test('shows the mode, and nothing else changes with it', () => {
    const [retelling, dialogue] = [paint(restingFace), paint({ ...restingFace, mode: 'dialogue' })];

    expect(changed(retelling, dialogue, badge)).toBeGreaterThan(20);
    expect(changed(retelling, dialogue)).toBe(changed(retelling, dialogue, badge));
  });

  test('shows the speed', () => {
    const [slow, normal, fast] = [0.8, 1, 1.2].map((speed) => paint({ ...restingFace, speed }));

    expect(changed(slow as Buffer, normal as Buffer, badge)).toBeGreaterThan(3);
    expect(changed(normal as Buffer, fast as Buffer, badge)).toBeGreaterThan(3);
  });

  test('shows that the avatar speaks', () => {
    const speaking: FaceState = { ...restingFace, speaking: true, mouth: { open: 1, spread: 0 } };

    expect(changed(paint(speaking), paint(restingFace), badge)).toBeGreaterThan(5);
  });
});

test.each([
  [64, 64],
  [640, 360],
  [360, 640],
  [1_280, 320],
])('a canvas of %i × %i is covered to its corners', (width, height) => {
  const pixels = paint(restingFace, AT, width, height);

  const uncovered = pixels.filter((value, index) => index % 4 === 3 && value !== 255);
  expect(uncovered).toHaveLength(0);
  // Hair and skin are where a viewer looks for them.
  expect(
    new Set(pixels.subarray((height >> 1) * width * 4, ((height >> 1) + 1) * width * 4)).size,
  ).toBeGreaterThan(30);
});

test('drawing leaves the context as it found it', () => {
  const canvas = createCanvas(128, 128);
  const context = canvas.getContext('2d');
  let depth = 0;
  let deepest = 0;
  const counting: FaceContext2D = new Proxy(context, {
    get(target, key) {
      if (key === 'save') deepest = Math.max(deepest, ++depth);
      if (key === 'restore') depth -= 1;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set: (target, key, value) => Reflect.set(target, key, value),
  });
  const before = { alpha: context.globalAlpha, transform: context.getTransform().toString() };

  for (const name of GESTURES)
    drawFace(counting, { ...withExpression('fear'), gesture: { name, startedAtMs: 0 } }, AT);

  expect(depth).toBe(0);
  expect(deepest).toBeGreaterThan(2);
  expect({ alpha: context.globalAlpha, transform: context.getTransform().toString() }).toEqual(before);
});

test('eyes blink 10 to 30 times a minute and are never shut for long', () => {
  let blinks = 0;
  let shutFor = 0;
  let longest = 0;
  for (let ms = 0; ms < 600_000; ms += 10) {
    const shut = blinkAt(ms) > 0.5;
    if (shut && shutFor === 0) blinks += 1;
    shutFor = shut ? shutFor + 10 : 0;
    longest = Math.max(longest, shutFor);
  }

  expect(blinks / 10).toBeGreaterThan(10);
  expect(blinks / 10).toBeLessThan(30);
  expect(longest).toBeLessThan(250);
});
