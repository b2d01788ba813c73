import type { Clock } from '@avatarwire/core';
import type { VideoSource } from '@livekit/rtc-node';
import { drawFace, type FaceState } from '../face';
import type { NodeCanvas, RtcNode } from './bot-sdk';

export interface BotVideoOptions {
  readonly rtc: RtcNode;
  readonly canvas: NodeCanvas;
  readonly source: VideoSource;
  readonly framesPerSecond: number;
  readonly clock: Clock;
  faceAt(nowMs: number): FaceState;
  /** While nobody looks, one frame a second is drawn. */
  isSeen(): boolean;
}

export interface BotVideo {
  readonly frames: number;
  close(): void;
}

/** Draws the face and hands it to the source, at an even pace. */
export function createBotVideo(options: BotVideoOptions): BotVideo {
  const { rtc, source, framesPerSecond, clock } = options;
  const canvas = options.canvas.createCanvas(source.width, source.height);
  const context = canvas.getContext('2d');
  const bytes = source.width * source.height * 4;
  let frames = 0;
  let dueAt = clock.now();
  let cancel = () => {};

  const draw = (): void => {
    const now = clock.now();
    dueAt = Math.max(dueAt + (options.isSeen() ? 1_000 / framesPerSecond : 1_000), now);
    cancel = clock.schedule(draw, dueAt - now);
    drawFace(context, options.faceAt(now), now);
    const frame = new rtc.VideoFrame(
      ownBytes(canvas.data(), bytes),
      source.width,
      source.height,
      rtc.VideoBufferType.RGBA,
    );
    source.captureFrame(frame, BigInt(Math.round(now * 1_000)));
    frames += 1;
  };
  draw();

  return {
    get frames() {
      return frames;
    },
    close: () => cancel(),
  };
}

/**
 * rtc-node 1.1 reads a frame from the start of the buffer beneath it, wherever the view begins, and does not check
 * its length: pixels that are a view of something larger are copied, and too few are refused here.
 */
function ownBytes(pixels: Uint8Array, expected: number): Uint8Array {
  if (pixels.byteLength !== expected)
    throw new RangeError(`a frame of ${pixels.byteLength} bytes instead of ${expected}`);
  const whole = pixels.byteOffset === 0 && pixels.buffer.byteLength === expected;
  return whole ? pixels : Uint8Array.from(pixels);
}
