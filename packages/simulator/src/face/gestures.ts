import { envelope, mix, overshoot, smooth, TAU } from './easing';
import { GESTURE_MS, type Gesture } from './face-state';
import type { ArmPose, Features, HandShape } from './pose';

/** What a gesture adds to the pose at one moment of it. */
export interface GesturePose {
  readonly yaw: number;
  readonly pitch: number;
  readonly tilt: number;
  readonly lift: number;
  readonly features: Partial<Features>;
  /** How strongly `features` count, 0 to 1. */
  readonly weight: number;
  readonly leftArm: ArmPose | undefined;
  readonly rightArm: ArmPose | undefined;
  readonly confetti: number;
}

const still: GesturePose = {
  yaw: 0,
  pitch: 0,
  tilt: 0,
  lift: 0,
  features: {},
  weight: 0,
  leftArm: undefined,
  rightArm: undefined,
  confetti: 0,
};

const friendly: Partial<Features> = {
  leftCorner: 11,
  rightCorner: 11,
  mouthWidth: 31,
  squint: 0.4,
  leftBrow: 4,
  rightBrow: 4,
  blush: 0.9,
};
const delighted: Partial<Features> = {
  ...friendly,
  leftCorner: 14,
  rightCorner: 14,
  mouthWidth: 35,
  jaw: 13,
  teeth: 1,
  squint: 0.7,
};

/** The pose of `gesture`, `atMs` after its start. Nothing before it and nothing once it is over. */
export function gesturePose(gesture: Gesture, atMs: number): GesturePose {
  if (atMs <= 0 || atMs >= GESTURE_MS) return still;
  return movements[gesture](atMs);
}

const movements: { readonly [G in Gesture]: (atMs: number) => GesturePose } = {
  hand_wave(at) {
    const raised = envelope(at, GESTURE_MS, 420, 420);
    const swing = Math.sin(((at - 300) / 470) * TAU) * smooth((at - 250) / 200);
    return {
      ...still,
      tilt: 0.07 * raised,
      yaw: 0.12 * raised,
      features: friendly,
      weight: raised,
      rightArm: arm('right', 'open', raised, {
        wristX: 420 + swing * 11,
        wristY: 268 + Math.abs(swing) * 3,
        handTurn: 0.1 + swing * 0.38,
        spread: 0.75,
      }),
    };
  },
  cheer(at) {
    const raised = envelope(at, GESTURE_MS, 340, 420);
    const bounce = Math.abs(Math.sin((at / 480) * Math.PI)) * raised;
    const up = { wristY: 204 - bounce * 26, spread: 1 };
    return {
      ...still,
      lift: bounce * 9,
      pitch: -0.2 * raised,
      tilt: Math.sin((at / 960) * TAU) * 0.05 * raised,
      features: delighted,
      weight: raised,
      leftArm: arm('left', 'open', raised, { ...up, wristX: 84, handTurn: -0.2 }),
      rightArm: arm('right', 'open', raised, { ...up, wristX: 428, handTurn: 0.2 }),
      confetti: envelope(at, GESTURE_MS, 200, 500),
    };
  },
  thumbs_up(at) {
    const raised = envelope(at, GESTURE_MS, 420, 380);
    const pop = overshoot((at - 120) / 560);
    return {
      ...still,
      pitch: Math.sin(smooth((at - 650) / 500) * Math.PI) * 0.3,
      tilt: -0.05 * raised,
      features: friendly,
      weight: raised,
      rightArm: arm('right', 'thumb', raised, {
        wristX: 398,
        wristY: mix(380, 356, pop),
        handTurn: mix(0.5, 0.06, pop),
        spread: 0,
      }),
    };
  },
  pump_fists(at) {
    const raised = envelope(at, GESTURE_MS, 360, 380);
    const pump = Math.sin(((at - 200) / 520) * TAU) * raised;
    return {
      ...still,
      lift: Math.abs(pump) * 5,
      tilt: pump * 0.045,
      features: { ...delighted, jaw: 9, leftBrow: -1, rightBrow: -1, browSlant: 0.1 },
      weight: raised,
      leftArm: arm('left', 'fist', raised, {
        wristX: 112,
        wristY: 346 + pump * 34,
        handTurn: -0.04,
        spread: 0,
      }),
      rightArm: arm('right', 'fist', raised, {
        wristX: 400,
        wristY: 346 - pump * 34,
        handTurn: 0.04,
        spread: 0,
      }),
    };
  },
  nod(at) {
    const strength = envelope(at, GESTURE_MS, 250, 700);
    const dip = Math.sin((at / 620) * TAU);
    return {
      ...still,
      pitch: (dip * 0.62 + 0.12) * strength,
      features: { leftCorner: 8, rightCorner: 8, leftBrow: 3, rightBrow: 3 },
      weight: strength,
    };
  },
  shake(at) {
    const strength = envelope(at, GESTURE_MS, 250, 700);
    return {
      ...still,
      yaw: Math.sin((at / 660) * TAU) * 0.85 * strength,
      features: { leftCorner: 0, rightCorner: 0, leftBrow: -2, rightBrow: -2, browSlant: -0.08 },
      weight: strength,
    };
  },
  waft_left: (at) => waft(at, 'left'),
  waft_right: (at) => waft(at, 'right'),
};

/** An open hand goes from the chest out to one side, and the eyes go with it. */
function waft(at: number, side: 'left' | 'right'): GesturePose {
  const raised = envelope(at, GESTURE_MS, 360, 420);
  const out = smooth((at - 260) / 720);
  const direction = side === 'left' ? -1 : 1;
  const moving = arm(side, 'open', raised, {
    wristX: 256 + direction * mix(72, 146, out),
    wristY: mix(404, 372, Math.sin(out * Math.PI) * 0.6 + out * 0.4),
    handTurn: direction * mix(-0.35, 1.05, out),
    spread: mix(0.15, 0.4, out),
    elbowOut: 92,
  });
  return {
    ...still,
    yaw: direction * 0.5 * raised * out,
    tilt: direction * 0.07 * raised * out,
    features: { ...friendly, lookX: direction * 0.85, lookY: 0.25 },
    weight: raised,
    leftArm: side === 'left' ? moving : undefined,
    rightArm: side === 'right' ? moving : undefined,
  };
}

/** An arm on its way between below the picture (0) and where `up` says (1). */
function arm(
  side: 'left' | 'right',
  hand: HandShape,
  raised: number,
  up: { wristX: number; wristY: number; handTurn: number; spread: number; elbowOut?: number },
): ArmPose {
  const out = side === 'left' ? -1 : 1;
  const high = smooth((380 - up.wristY) / 180);
  return {
    hand,
    elbowX: 256 + out * (up.elbowOut ?? mix(146, 168, high)),
    elbowY: mix(700, 528, raised),
    wristX: mix(256 + out * 150, up.wristX, raised),
    wristY: mix(640, up.wristY, raised),
    handTurn: mix(out * 0.5, up.handTurn, raised),
    spread: up.spread,
  };
}
