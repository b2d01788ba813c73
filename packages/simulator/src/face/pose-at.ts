import { clamp, envelope, mix, scatter, smooth, wave } from './easing';
import { blendFeatures, featuresOf } from './expressions';
import { EXPRESSION_BLEND_MS, type FaceState } from './face-state';
import { gesturePose } from './gestures';
import type { Features, Pose } from './pose';

/** The whole figure at `timeMs`: breathing and glances, then the expression, then the gesture, then speech. */
export function poseAt(state: FaceState, timeMs: number): Pose {
  const { expression, gesture } = state;
  const gesturing =
    gesture === undefined ? undefined : gesturePose(gesture.name, timeMs - gesture.startedAtMs);
  const shown = blendFeatures(
    featuresOf(expression.previous),
    featuresOf(expression.name),
    smooth((timeMs - expression.startedAtMs) / EXPRESSION_BLEND_MS),
  );
  const features = lively(
    gesturing === undefined
      ? shown
      : blendFeatures(shown, { ...shown, ...gesturing.features }, gesturing.weight),
    state,
    timeMs,
  );
  // Speakers move their heads a little with their words.
  const emphasis = state.speaking ? 1 : 0;
  const word = state.mouth.open * emphasis;
  return {
    head: {
      x: wave(timeMs, 7_300) * 2.2,
      y: wave(timeMs, 4_200, 1) * 1.6 + features.headY - (gesturing?.lift ?? 0) - word * 1.4,
      tilt:
        wave(timeMs, 9_100, 2) * 0.018 +
        features.headTilt +
        (gesturing?.tilt ?? 0) +
        wave(timeMs, 2_900) * 0.014 * emphasis,
      yaw: clamp(
        wave(timeMs, 11_700, 0.6) * 0.09 +
          features.headYaw +
          (gesturing?.yaw ?? 0) +
          wave(timeMs, 3_700) * 0.07 * emphasis,
        -1,
        1,
      ),
      pitch: clamp(
        wave(timeMs, 6_100, 3) * 0.04 +
          features.headPitch +
          (gesturing?.pitch ?? 0) +
          wave(timeMs, 1_900) * 0.06 * emphasis,
        -1,
        1,
      ),
    },
    body: {
      x: wave(timeMs, 8_700, 0.4) * 1.6,
      breath: (wave(timeMs, 4_200) + 1) / 2,
      shrug: features.shrug - (gesturing?.lift ?? 0) * 0.6,
    },
    features,
    leftArm: gesturing?.leftArm,
    rightArm: gesturing?.rightArm,
    confetti: gesturing?.confetti ?? 0,
  };
}

/** Blinks, glances, and brows that go with the voice. */
function lively(features: Features, state: FaceState, timeMs: number): Features {
  const glance = glanceAt(timeMs);
  const lively = state.speaking ? wave(timeMs, 1_300) * wave(timeMs, 3_100) * 2.5 : 0;
  return {
    ...features,
    eyeOpen: features.eyeOpen * (1 - blinkAt(timeMs)),
    lookX: clamp(features.lookX + glance.x, -1, 1),
    lookY: clamp(features.lookY + glance.y, -1, 1),
    leftBrow: features.leftBrow + lively,
    rightBrow: features.rightBrow + lively,
  };
}

const BLINK_SLOT_MS = 3_600;
const BLINK_MS = 190;

/** 0 open to 1 shut. One blink at an irregular place in each slot, now and then a second one right after. */
export function blinkAt(timeMs: number): number {
  const slot = Math.floor(timeMs / BLINK_SLOT_MS);
  const start = slot * BLINK_SLOT_MS + 300 + scatter(slot) * (BLINK_SLOT_MS - 1_100);
  const first = lidAt(timeMs - start);
  return scatter(slot + 0.5) > 0.72 ? Math.max(first, lidAt(timeMs - start - 290)) : first;
}

function lidAt(sinceStartMs: number): number {
  return envelope(sinceStartMs, BLINK_MS, 70, 105);
}

const GLANCE_SLOT_MS = 5_200;

/** Eyes rest on the visitor and go aside once in a while, fast as eyes do. */
function glanceAt(timeMs: number): { x: number; y: number } {
  const slot = Math.floor(timeMs / GLANCE_SLOT_MS);
  const start = slot * GLANCE_SLOT_MS + 900 + scatter(slot + 0.25) * 2_200;
  const aside = envelope(timeMs - start, 700 + scatter(slot + 0.1) * 700, 90, 110);
  const drift = { x: wave(timeMs, 5_900) * 0.05, y: wave(timeMs, 4_700) * 0.04 };
  return {
    x: drift.x + aside * mix(-0.75, 0.75, scatter(slot + 0.7)),
    y: drift.y + aside * mix(-0.4, 0.25, scatter(slot + 0.3)),
  };
}
