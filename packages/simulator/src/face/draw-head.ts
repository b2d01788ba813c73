import type { MouthShape } from '../voice/mouth';
import { drawBrow, drawEye } from './draw-eyes';
import { drawMouth } from './draw-mouth';
import { clamp, TAU } from './easing';
import type { FaceContext2D } from './face-context';
import { palette } from './palette';
import type { Features, Pose } from './pose';

/**
 * The head in its own coordinates: origin between the eyes' line and the nose, chin at y = 106. Things nearer to the
 * viewer move further when the head turns; that is all the depth there is.
 */
export function drawHead(context: FaceContext2D, pose: Pose, mouth: MouthShape): void {
  const { head, features } = pose;
  const { yaw, pitch } = head;
  ears(context, yaw, pitch);
  skin(context, pose);
  context.save();
  contour(context, yaw, pitch);
  context.clip();
  cheeks(context, features, yaw, pitch);
  fringeShadow(context, yaw, pitch);
  context.restore();

  for (const side of [-1, 1] as const) {
    const narrow = 1 - clamp(yaw * side, 0, 1) * 0.2;
    context.save();
    context.translate(side * 38 * narrow + yaw * 17, 4 + pitch * 13);
    context.scale(narrow, 1);
    drawEye(context, features, side);
    drawBrow(context, features, side, pitch);
    context.restore();
  }
  nose(context, features, yaw, pitch);
  context.save();
  context.translate(yaw * 18, 66 + pitch * 14);
  context.scale(1 - Math.abs(yaw) * 0.1, 1);
  drawMouth(context, features, mouth);
  context.restore();
  drops(context, features, yaw, pitch);
}

function contour(context: FaceContext2D, yaw: number, pitch: number): void {
  const chinX = yaw * 9;
  const chinY = 106 + pitch * 7;
  context.beginPath();
  context.moveTo(0, -112);
  context.bezierCurveTo(54, -112, 84, -72, 84 + yaw * 2, -14);
  context.bezierCurveTo(84 + yaw * 2, 28, 72, 62, 46 + chinX * 0.7, 88 + pitch * 5);
  context.bezierCurveTo(30 + chinX, chinY - 5, 16 + chinX, chinY, chinX, chinY);
  context.bezierCurveTo(-16 + chinX, chinY, -30 + chinX, chinY - 5, -46 + chinX * 0.7, 88 + pitch * 5);
  context.bezierCurveTo(-72, 62, -84 + yaw * 2, 28, -84 + yaw * 2, -14);
  context.bezierCurveTo(-84, -72, -54, -112, 0, -112);
  context.closePath();
}

function skin(context: FaceContext2D, { head, features }: Pose): void {
  const { yaw, pitch } = head;
  const light = context.createRadialGradient(-26 + yaw * 10, -30, 12, 6, 6, 128);
  light.addColorStop(0, palette.skinLight);
  light.addColorStop(0.62, palette.skin);
  light.addColorStop(1, palette.skinShade);
  contour(context, yaw, pitch);
  context.fillStyle = light;
  context.fill();
  if (features.flush === 0) return;
  context.globalAlpha = Math.abs(features.flush) * 0.15;
  context.fillStyle = features.flush > 0 ? '#e2402f' : '#dfe8c8';
  context.fill();
  context.globalAlpha = 1;
}

function ears(context: FaceContext2D, yaw: number, pitch: number): void {
  for (const side of [-1, 1]) {
    const x = side * 83 - yaw * 7;
    const y = 14 - pitch * 5;
    context.fillStyle = palette.skinShade;
    context.beginPath();
    context.ellipse(x, y, 13, 20, side * 0.16, 0, TAU);
    context.fill();
    context.fillStyle = palette.earring;
    context.beginPath();
    context.arc(x - side, y + 24, 5, 0, TAU);
    context.fill();
    context.fillStyle = 'rgba(255, 255, 255, 0.7)';
    context.beginPath();
    context.arc(x - side - 1.4, y + 22.4, 1.6, 0, TAU);
    context.fill();
  }
}

function cheeks(context: FaceContext2D, features: Features, yaw: number, pitch: number): void {
  context.globalAlpha = features.blush;
  for (const side of [-1, 1]) {
    const x = side * 52 + yaw * 15;
    const y = 40 + pitch * 12;
    const glow = context.createRadialGradient(x, y, 2, x, y, 25);
    glow.addColorStop(0, palette.blush);
    glow.addColorStop(1, palette.blushEdge);
    context.fillStyle = glow;
    context.fillRect(x - 28, y - 28, 56, 56);
  }
  context.globalAlpha = 1;
}

function fringeShadow(context: FaceContext2D, yaw: number, pitch: number): void {
  context.fillStyle = 'rgba(150, 74, 60, 0.2)';
  context.save();
  context.translate(yaw * 8, 7 + pitch * 5);
  context.beginPath();
  context.moveTo(-100, -120);
  context.lineTo(-100, 20);
  context.bezierCurveTo(-84, 0, -72, -30, -50, -50);
  context.bezierCurveTo(-10, -36, 48, -46, 66, -62);
  context.bezierCurveTo(74, -36, 80, -6, 100, 20);
  context.lineTo(100, -120);
  context.closePath();
  context.fill();
  context.restore();
}

function nose(context: FaceContext2D, features: Features, yaw: number, pitch: number): void {
  const x = yaw * 24;
  const y = 37 + pitch * 16 - features.sneer * 3;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.strokeStyle = 'rgba(198, 116, 86, 0.85)';
  context.lineWidth = 3;
  context.beginPath();
  context.moveTo(x - 8.5, y - 1);
  context.quadraticCurveTo(x, y + 6.5, x + 8.5, y - 1);
  context.stroke();
  context.fillStyle = 'rgba(255, 240, 226, 0.6)';
  context.beginPath();
  context.ellipse(x - 2.5, y - 9, 3.2, 4.6, 0.2, 0, TAU);
  context.fill();
  if (features.sneer < 0.2) return;
  context.globalAlpha = features.sneer * 0.8;
  context.lineWidth = 2.2;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(x + side * 8, y - 26);
    context.lineTo(x + side * 4.5, y - 21);
    context.moveTo(x + side * 13, y - 8);
    context.quadraticCurveTo(x + side * 20, y - 3, x + side * 22, y + 8);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** A tear, or a drop of sweat at the temple. */
function drops(context: FaceContext2D, features: Features, yaw: number, pitch: number): void {
  context.fillStyle = palette.water;
  if (features.tear > 0.05) drop(context, -44 + yaw * 15, 36 + pitch * 12, features.tear);
  if (features.sweat > 0.05) drop(context, 69 + yaw * 5, -22 + pitch * 4, features.sweat);
}

function drop(context: FaceContext2D, x: number, y: number, size: number): void {
  context.save();
  context.translate(x, y);
  context.scale(size, size);
  context.fillStyle = palette.water;
  context.beginPath();
  context.moveTo(0, -10);
  context.bezierCurveTo(2, -4, 6.5, 0, 6.5, 5);
  context.bezierCurveTo(6.5, 13, -6.5, 13, -6.5, 5);
  context.bezierCurveTo(-6.5, 0, -2, -4, 0, -10);
  context.closePath();
  context.fill();
  context.fillStyle = 'rgba(255, 255, 255, 0.8)';
  context.beginPath();
  context.ellipse(-2.3, 4.5, 1.5, 2.8, 0.3, 0, TAU);
  context.fill();
  context.restore();
}
