import { clamp, mix, TAU } from './easing';
import type { FaceContext2D } from './face-context';
import { palette } from './palette';
import type { Features } from './pose';

type Side = -1 | 1;

const HALF_WIDTH = 20;

/** One eye around its own centre. `side` is -1 for the picture's left one. */
export function drawEye(context: FaceContext2D, features: Features, side: Side): void {
  const upper = -15.5 * features.eyeOpen;
  const lower = mix(12.5, 3.5, features.squint) * clamp(features.eyeOpen * 1.6);
  // A closed lid hangs below the middle; a laughing one is pushed up by the cheek.
  const rest = mix(5, -3, features.squint) * (1 - clamp(features.eyeOpen * 2.2));

  context.save();
  opening(context, upper, lower, rest, side);
  context.fillStyle = palette.eyeWhite;
  context.fill();
  context.clip();
  iris(context, features);
  context.fillStyle = palette.eyeShade;
  context.fillRect(-HALF_WIDTH - 3, upper * 1.15 + rest - 2, HALF_WIDTH * 2 + 6, 6.5);
  context.restore();

  lids(context, features, upper, lower, rest, side);
}

/** The almond between the lids; the outer corner stands a little higher. */
function opening(context: FaceContext2D, upper: number, lower: number, rest: number, side: Side): void {
  const inner = -side * HALF_WIDTH;
  const outer = side * HALF_WIDTH;
  context.beginPath();
  context.moveTo(inner, 3 + rest * 0.3);
  context.bezierCurveTo(
    inner * 0.62,
    upper * 1.2 + rest,
    outer * 0.5,
    upper * 1.36 + rest,
    outer,
    -1.5 + rest * 0.3,
  );
  context.bezierCurveTo(
    outer * 0.7,
    lower * 1.25 + rest * 0.9,
    inner * 0.5,
    lower * 1.3 + rest * 0.9,
    inner,
    3 + rest * 0.3,
  );
  context.closePath();
}

function iris(context: FaceContext2D, { lookX, lookY, pupil }: Features): void {
  const x = lookX * 7.5;
  const y = lookY * 5 - 0.8;
  const colour = context.createRadialGradient(x, y + 4, 1.5, x, y, 12.2);
  colour.addColorStop(0, palette.irisInner);
  colour.addColorStop(0.85, palette.irisOuter);
  colour.addColorStop(1, '#1f4c50');
  context.fillStyle = colour;
  disc(context, x, y, 12);
  context.fillStyle = palette.pupil;
  disc(context, x, y, 5.6 * pupil);
  context.fillStyle = '#ffffff';
  disc(context, x - 4.2, y - 5, 3.5);
  context.globalAlpha = 0.75;
  disc(context, x + 4.4, y + 4.6, 1.7);
  context.globalAlpha = 1;
}

function lids(
  context: FaceContext2D,
  { eyeOpen }: Features,
  upper: number,
  lower: number,
  rest: number,
  side: Side,
): void {
  const inner = -side * HALF_WIDTH;
  const outer = side * HALF_WIDTH;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  // The crease above.
  context.strokeStyle = 'rgba(190, 112, 86, 0.55)';
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(inner * 0.82, -9 + upper * 0.35);
  context.bezierCurveTo(
    inner * 0.4,
    -9 + upper * 0.95,
    outer * 0.4,
    -9 + upper * 0.98,
    outer * 0.95,
    -8 + upper * 0.28,
  );
  context.stroke();
  // The lower lid, hardly there.
  context.strokeStyle = 'rgba(150, 84, 70, 0.45)';
  context.lineWidth = 1.6;
  context.beginPath();
  context.moveTo(outer * 0.92, 1.5 + rest * 0.4);
  context.bezierCurveTo(
    outer * 0.62,
    lower * 1.25 + rest * 0.9,
    inner * 0.42,
    lower * 1.3 + rest * 0.9,
    inner * 0.9,
    3.5 + rest * 0.4,
  );
  context.stroke();
  // The lash line, with a wing at the outer corner.
  context.strokeStyle = palette.lash;
  context.lineWidth = 4.2;
  context.beginPath();
  context.moveTo(inner, 3 + rest * 0.3);
  context.bezierCurveTo(
    inner * 0.62,
    upper * 1.2 + rest,
    outer * 0.5,
    upper * 1.36 + rest,
    outer,
    -1.5 + rest * 0.3,
  );
  context.lineTo(outer + side * 4.5, -5.5 + mix(5, 0, clamp(eyeOpen)));
  context.stroke();
}

/** Around the same centre as its eye. */
export function drawBrow(context: FaceContext2D, features: Features, side: Side, pitch: number): void {
  const lift = side === -1 ? features.leftBrow : features.rightBrow;
  context.save();
  context.translate(-side * features.frown, -32 - lift + pitch * 3);
  context.rotate(-side * features.browSlant);
  context.fillStyle = palette.brow;
  context.beginPath();
  context.moveTo(-side * 21, 3.6);
  context.bezierCurveTo(-side * 8, -6.5, side * 10, -8.5, side * 23, 2.2);
  context.bezierCurveTo(side * 11, -3.4, -side * 6, -0.8, -side * 20, 9.2);
  context.quadraticCurveTo(-side * 24, 6.8, -side * 21, 3.6);
  context.closePath();
  context.fill();
  context.restore();
}

function disc(context: FaceContext2D, x: number, y: number, radius: number): void {
  context.beginPath();
  context.arc(x, y, radius, 0, TAU);
  context.fill();
}
