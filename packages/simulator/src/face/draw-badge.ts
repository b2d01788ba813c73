import { clamp, mix, TAU } from './easing';
import type { FaceContext2D } from './face-context';
import type { FaceState } from './face-state';
import { palette } from './palette';

/** A pill in the corner, without words: the mode as a sign, the voice as bars, the speed as a point on a line. */
export function drawBadge(context: FaceContext2D, state: FaceState): void {
  const colour = state.mode === 'dialogue' ? palette.dialogue : palette.retelling;
  context.save();
  context.translate(18, 18);
  context.fillStyle = palette.badge;
  pill(context, 0, 0, 132, 38);
  context.fillStyle = colour;
  disc(context, 19, 19, 14.5);
  if (state.mode === 'dialogue') twoBubbles(context, colour);
  else quotation(context);
  bars(context, state, colour);
  speed(context, state.speed, colour);
  context.restore();
}

/** Two bubbles: a conversation. */
function twoBubbles(context: FaceContext2D, colour: string): void {
  context.fillStyle = 'rgba(255, 255, 255, 0.65)';
  pill(context, 16, 11, 12, 9);
  context.strokeStyle = colour;
  context.fillStyle = '#ffffff';
  pill(context, 9.5, 15.5, 14.5, 10);
  context.beginPath();
  context.moveTo(12, 23);
  context.lineTo(11.5, 29);
  context.lineTo(17.5, 24.5);
  context.closePath();
  context.fill();
}

/** A quotation mark: said as it is given. */
function quotation(context: FaceContext2D): void {
  context.fillStyle = '#ffffff';
  context.strokeStyle = '#ffffff';
  context.lineCap = 'round';
  context.lineWidth = 2.6;
  for (const x of [14.5, 23.5]) {
    disc(context, x, 21.5, 3.3);
    context.beginPath();
    context.moveTo(x - 2, 21);
    context.quadraticCurveTo(x - 2, 15.5, x + 1.8, 14);
    context.stroke();
  }
}

function bars(context: FaceContext2D, { speaking, mouth }: FaceState, colour: string): void {
  context.strokeStyle = speaking ? colour : palette.badgeFaint;
  context.lineCap = 'round';
  context.lineWidth = 3.4;
  const level = speaking ? clamp(mouth.open) : 0;
  for (const [index, share] of [0.55, 1, 0.75, 0.4].entries()) {
    const half = mix(1.2, 9.5, level * share);
    context.beginPath();
    context.moveTo(44 + index * 6.5, 19 - half);
    context.lineTo(44 + index * 6.5, 19 + half);
    context.stroke();
  }
}

/** 0.8 on the left, 1 in the middle, 1.2 on the right. */
function speed(context: FaceContext2D, value: number, colour: string): void {
  context.strokeStyle = palette.badgeFaint;
  context.lineCap = 'round';
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(78, 19);
  context.lineTo(118, 19);
  context.moveTo(98, 15.5);
  context.lineTo(98, 22.5);
  context.stroke();
  context.fillStyle = '#ffffff';
  const x = mix(78, 118, clamp((value - 0.8) / 0.4));
  disc(context, x, 19, 6.2);
  context.fillStyle = colour;
  disc(context, x, 19, 4.4);
}

function pill(context: FaceContext2D, x: number, y: number, width: number, height: number): void {
  const radius = height / 2;
  context.beginPath();
  context.arc(x + radius, y + radius, radius, TAU / 4, (TAU * 3) / 4);
  context.lineTo(x + width - radius, y);
  context.arc(x + width - radius, y + radius, radius, -TAU / 4, TAU / 4);
  context.closePath();
  context.fill();
}

function disc(context: FaceContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, TAU);
  context.fill();
}
