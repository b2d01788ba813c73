import { mix } from './easing';
import type { FaceContext2D } from './face-context';
import { palette } from './palette';
import type { HandShape } from './pose';

type Point = readonly [x: number, y: number];

/** The picture's right hand, palm to the viewer, from the wrist at the origin upwards. */
export function drawHand(context: FaceContext2D, shape: HandShape, spread: number): void {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  if (shape === 'open') openHand(context, spread);
  else if (shape === 'fist') fist(context);
  else thumbUp(context);
}

const fingers = [
  { base: [-19, -52], length: 34, turn: -0.34, width: 13.5 },
  { base: [-6.5, -58], length: 41, turn: -0.09, width: 14.5 },
  { base: [7.5, -57], length: 38, turn: 0.13, width: 14.5 },
  { base: [20, -50], length: 30, turn: 0.38, width: 13 },
] as const;

function openHand(context: FaceContext2D, spread: number): void {
  const tips = fingers.map(({ base, length, turn }): Point => {
    const angle = turn * mix(0.45, 1.1, spread);
    return [base[0] + Math.sin(angle) * length, base[1] - Math.cos(angle) * length];
  });
  const thumbTip: Point = [mix(-36, -47, spread), mix(-54, -46, spread)];
  // Everything once wider and darker, then once as it is: an outline that melts where parts meet.
  for (const [colour, grow] of layers) {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    palm(context, grow);
    limb(context, [-15, -18], thumbTip, 15 + grow);
    for (const [index, finger] of fingers.entries()) {
      limb(context, finger.base, tips[index] ?? finger.base, finger.width + grow);
    }
  }
  context.strokeStyle = 'rgba(198, 116, 86, 0.5)';
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(-17, -20);
  context.quadraticCurveTo(-5, -30, -9, -46);
  context.moveTo(-6, -42);
  context.quadraticCurveTo(8, -38, 22, -42);
  context.stroke();
}

const layers = [
  [palette.skinDeep, 3.2],
  [palette.skin, 0],
] as const;

function palm(context: FaceContext2D, grow: number): void {
  context.lineWidth = 8 + grow;
  context.beginPath();
  context.moveTo(-13, -4);
  context.lineTo(13, -4);
  context.bezierCurveTo(20, -16, 26, -30, 22, -50);
  context.bezierCurveTo(8, -60, -8, -60, -20, -52);
  context.bezierCurveTo(-26, -34, -22, -16, -13, -4);
  context.closePath();
  context.fill();
  context.stroke();
}

function fist(context: FaceContext2D): void {
  for (const [colour, grow] of layers) {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    block(context, grow);
  }
  // Four fingers folded over the palm, and the thumb across them.
  const knuckles: readonly Point[] = [
    [-20, -46],
    [-6.8, -50],
    [6.8, -50],
    [20, -45],
  ];
  for (const [colour, grow] of layers) {
    context.strokeStyle = colour;
    for (const [x, y] of knuckles) limb(context, [x, y], [x * 0.94, y + 20], 13 + grow * 0.8);
  }
  for (const [colour, grow] of layers) {
    context.strokeStyle = colour;
    limb(context, [-26, -26], [6, -19], 14 + grow);
  }
}

function block(context: FaceContext2D, grow: number): void {
  context.lineWidth = 10 + grow;
  context.beginPath();
  context.moveTo(-13, -4);
  context.lineTo(13, -4);
  context.bezierCurveTo(24, -14, 26, -34, 20, -44);
  context.lineTo(-20, -44);
  context.bezierCurveTo(-26, -34, -24, -14, -13, -4);
  context.closePath();
  context.fill();
  context.stroke();
}

/** Seen from the side of the fingers: four of them folded, one above the other, and the thumb up. */
function thumbUp(context: FaceContext2D): void {
  for (const [colour, grow] of layers) {
    context.strokeStyle = colour;
    context.fillStyle = colour;
    limb(context, [-8, -52], [-15, -94], 19 + grow);
    limb(context, [-8, -50], [2, -44], 24 + grow);
    block(context, grow);
  }
  context.strokeStyle = palette.skin;
  limb(context, [-8, -46], [-14, -92], 19);
  const rows = [-48, -35.5, -23, -11];
  for (const [row, y] of rows.entries()) {
    for (const [colour, grow] of layers) {
      context.strokeStyle = colour;
      limb(context, [-10 + row * 1.4, y], [20 - row * 2, y], 12.2 + grow * 0.8);
    }
  }
  context.strokeStyle = 'rgba(255, 240, 226, 0.6)';
  limb(context, [-16.5, -97], [-15.5, -91], 5);
}

function limb(context: FaceContext2D, from: Point, to: Point, width: number): void {
  context.lineWidth = width;
  context.beginPath();
  context.moveTo(from[0], from[1]);
  context.lineTo(to[0], to[1]);
  context.stroke();
}
