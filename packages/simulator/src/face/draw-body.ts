import { mix } from './easing';
import type { FaceContext2D } from './face-context';
import { palette } from './palette';
import type { Pose } from './pose';

/** Shoulders in a knitted jumper, with a collar. `shrug` lifts the shoulders, breath the chest. */
export function drawBody(context: FaceContext2D, { body }: Pose): void {
  const chest = mix(0, -3, body.breath);
  const top = 392 + body.shrug + chest;
  context.save();
  context.translate(body.x, 0);

  const knit = context.createLinearGradient(120, top - 40, 380, 560);
  knit.addColorStop(0, palette.knitLight);
  knit.addColorStop(0.45, palette.knit);
  knit.addColorStop(1, palette.knitDark);
  context.fillStyle = knit;
  shoulders(context, top);
  context.fill();

  // A shade where the arms meet the body.
  context.save();
  shoulders(context, top);
  context.clip();
  context.strokeStyle = 'rgba(42, 48, 130, 0.32)';
  context.lineWidth = 3;
  context.lineCap = 'round';
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(256 + side * 112, 530);
    context.quadraticCurveTo(256 + side * 106, top + 78, 256 + side * 117, top + 54);
    context.stroke();
  }
  seams(context, top);
  castShadow(context, top);
  context.restore();
  collar(context, top);
  context.restore();
}

/** From the collar to the arms, and the ribs below the collar. */
function seams(context: FaceContext2D, top: number): void {
  context.strokeStyle = 'rgba(255, 255, 255, 0.16)';
  context.lineWidth = 2.2;
  for (const side of [-1, 1]) {
    context.beginPath();
    context.moveTo(256 + side * 58, top - 2);
    context.quadraticCurveTo(256 + side * 82, top + 28, 256 + side * 108, top + 62);
    context.stroke();
  }
  context.lineWidth = 1.8;
  context.beginPath();
  context.moveTo(193, top - 14);
  context.bezierCurveTo(212, top + 36, 300, top + 36, 319, top - 14);
  context.stroke();
}

function shoulders(context: FaceContext2D, top: number): void {
  context.beginPath();
  context.moveTo(204, top - 30);
  context.bezierCurveTo(186, top - 8, 132, top - 2, 104, top + 20);
  context.bezierCurveTo(76, top + 42, 66, top + 90, 60, 540);
  context.lineTo(452, 540);
  context.bezierCurveTo(446, top + 90, 436, top + 42, 408, top + 20);
  context.bezierCurveTo(380, top - 2, 326, top - 8, 308, top - 30);
  context.closePath();
}

/** What the head and hair keep from the light. */
function castShadow(context: FaceContext2D, top: number): void {
  const shadow = context.createRadialGradient(256, top - 34, 10, 256, top - 34, 112);
  shadow.addColorStop(0, 'rgba(32, 30, 96, 0.42)');
  shadow.addColorStop(1, 'rgba(32, 30, 96, 0)');
  context.fillStyle = shadow;
  context.fillRect(120, top - 60, 272, 170);
}

function collar(context: FaceContext2D, top: number): void {
  context.lineCap = 'round';
  context.strokeStyle = palette.collarShade;
  context.lineWidth = 21;
  context.beginPath();
  context.moveTo(205, top - 27);
  context.bezierCurveTo(222, top + 20, 290, top + 20, 307, top - 27);
  context.stroke();
  context.strokeStyle = palette.collar;
  context.lineWidth = 16;
  context.beginPath();
  context.moveTo(205, top - 29);
  context.bezierCurveTo(222, top + 17, 290, top + 17, 307, top - 29);
  context.stroke();
}

/** From under the chin into the collar; it follows the head. */
export function drawNeck(context: FaceContext2D, { head, body }: Pose): void {
  const top = 286 + head.y;
  const base = 392 + body.shrug;
  const x = 256 + head.x + head.tilt * -30 + head.yaw * 3;
  const foot = 256 + body.x;
  const skin = context.createLinearGradient(0, top + 20, 0, base);
  skin.addColorStop(0, palette.skinDeep);
  skin.addColorStop(0.42, palette.skinShade);
  skin.addColorStop(1, palette.skin);
  context.fillStyle = skin;
  context.beginPath();
  context.moveTo(x - 34, top);
  context.bezierCurveTo(x - 33, top + 52, foot - 34, base - 42, foot - 54, base - 26);
  context.bezierCurveTo(foot - 30, base + 16, foot + 30, base + 16, foot + 54, base - 26);
  context.bezierCurveTo(foot + 34, base - 42, x + 33, top + 52, x + 34, top);
  context.closePath();
  context.fill();
}
