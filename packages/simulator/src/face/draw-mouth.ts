import type { MouthShape } from '../voice/mouth';
import { clamp, mix, TAU } from './easing';
import type { FaceContext2D } from './face-context';
import { palette } from './palette';
import type { Features } from './pose';

interface Opening {
  readonly leftX: number;
  readonly leftY: number;
  readonly rightX: number;
  readonly rightY: number;
  readonly upper: number;
  readonly lower: number;
}

/** The mouth around its own centre: an expression's shape, opened and rounded by the voice. */
export function drawMouth(context: FaceContext2D, features: Features, voice: MouthShape): void {
  const gap = Math.max(features.jaw, features.jaw * 0.45 + voice.open * 27);
  const half =
    (features.mouthWidth + voice.spread * 4 * clamp(voice.open * 3)) *
    mix(1, voice.spread < 0 ? 0.66 : 0.94, clamp(voice.open * 1.8));
  // Lips that are rounded cannot smile as well.
  const smile = 1 - clamp(-voice.spread * voice.open * 2) * 0.75;
  const left = features.leftCorner * smile;
  const right = features.rightCorner * smile;
  const opening: Opening = {
    leftX: -half,
    leftY: -left * 0.62,
    rightX: half,
    rightY: -right * 0.62,
    upper: -gap * 0.3 - features.sneer * 3.5 + (left + right) * 0.14,
    lower: gap * 0.82 + (left + right) * 0.17,
  };
  context.lineJoin = 'round';
  context.lineCap = 'round';
  if (gap < 1.2) return closed(context, opening, features);

  // Lips: the outline of the opening, thick.
  trace(context, opening);
  context.strokeStyle = palette.lip;
  context.lineWidth = 6.5;
  context.stroke();
  context.save();
  trace(context, opening);
  context.clip();
  context.fillStyle = palette.mouthInside;
  context.fillRect(-60, -60, 120, 130);
  inside(context, opening, gap, Math.max(features.teeth, clamp(voice.open * 2)));
  context.restore();
  shine(context, opening);
}

function trace(context: FaceContext2D, o: Opening): void {
  context.beginPath();
  context.moveTo(o.leftX, o.leftY);
  // The taller against its width, the rounder.
  const round = clamp((o.lower - o.upper) / (o.rightX - o.leftX) - 0.45);
  const above = mix(0.55, 0.95, round);
  const below = mix(0.66, 1.15, round);
  const { upper, lower } = o;
  context.bezierCurveTo(o.leftX * above, upper * 1.25, o.rightX * above, upper * 1.25, o.rightX, o.rightY);
  context.bezierCurveTo(o.rightX * below, lower * 1.35, o.leftX * below, lower * 1.35, o.leftX, o.leftY);
  context.closePath();
}

function inside(context: FaceContext2D, o: Opening, gap: number, teeth: number): void {
  const tongueY = o.lower + 3;
  context.fillStyle = palette.tongue;
  context.beginPath();
  context.ellipse(0, tongueY, Math.abs(o.rightX) * 0.62, Math.max(2, gap * 0.36), 0, 0, TAU);
  context.fill();
  context.globalAlpha = clamp(teeth);
  context.fillStyle = palette.teeth;
  const bottom = o.upper + 2 + clamp(gap / 16) * 5.5;
  context.beginPath();
  context.moveTo(o.leftX, o.leftY - 14);
  context.lineTo(o.rightX, o.rightY - 14);
  context.lineTo(o.rightX * 0.92, o.rightY);
  context.quadraticCurveTo(0, bottom * 1.4 + 2, o.leftX * 0.92, o.leftY);
  context.closePath();
  context.fill();
  context.globalAlpha = 1;
}

/** Shut lips: one line, fuller below it. */
function closed(context: FaceContext2D, o: Opening, features: Features): void {
  const dip = (features.leftCorner + features.rightCorner) * 0.5;
  const middle = dip * 0.45;
  context.fillStyle = palette.lip;
  context.beginPath();
  context.moveTo(o.leftX * 0.86, o.leftY * 0.8);
  context.bezierCurveTo(o.leftX * 0.45, middle - 6.5, -4, middle - 6.5, 0, middle - 3.6);
  context.bezierCurveTo(4, middle - 6.5, o.rightX * 0.45, middle - 6.5, o.rightX * 0.86, o.rightY * 0.8);
  context.bezierCurveTo(
    o.rightX * 0.5,
    middle + 10.5,
    o.leftX * 0.5,
    middle + 10.5,
    o.leftX * 0.86,
    o.leftY * 0.8,
  );
  context.closePath();
  context.fill();
  context.strokeStyle = palette.lipDark;
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(o.leftX, o.leftY);
  context.bezierCurveTo(o.leftX * 0.5, middle * 1.3, o.rightX * 0.5, middle * 1.3, o.rightX, o.rightY);
  context.stroke();
  shine(context, { ...o, lower: middle + 2 });
}

function shine(context: FaceContext2D, o: Opening): void {
  context.strokeStyle = 'rgba(255, 255, 255, 0.42)';
  context.lineWidth = 1.8;
  context.beginPath();
  context.moveTo(-5.5, o.lower + 2.6);
  context.quadraticCurveTo(0, o.lower + 4, 5.5, o.lower + 2.6);
  context.stroke();
}
