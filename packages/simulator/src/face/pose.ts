/** How the figure stands at one moment. Left and right are the picture's; lengths are units of a 512 × 512 picture. */
export interface Pose {
  readonly head: {
    readonly x: number;
    readonly y: number;
    /** Radians, clockwise. */
    readonly tilt: number;
    /** -1 (left) to 1 (right), and -1 (up) to 1 (down). */
    readonly yaw: number;
    readonly pitch: number;
  };
  readonly body: { readonly x: number; readonly breath: number; readonly shrug: number };
  readonly features: Features;
  readonly leftArm: ArmPose | undefined;
  readonly rightArm: ArmPose | undefined;
  /** 0 to 1, while something is celebrated. */
  readonly confetti: number;
}

/** What an expression sets. All are blended number by number. */
export interface Features {
  /** 0 closed, 1 at rest, 1.35 wide. */
  readonly eyeOpen: number;
  /** How far the lower lid is pushed up, 0 to 1. */
  readonly squint: number;
  readonly lookX: number;
  readonly lookY: number;
  readonly pupil: number;
  /** Above their resting place. */
  readonly leftBrow: number;
  readonly rightBrow: number;
  /** Radians; positive pulls the inner ends down. */
  readonly browSlant: number;
  /** How far the brows come together. */
  readonly frown: number;
  /** How far the corners of the mouth are raised. */
  readonly leftCorner: number;
  readonly rightCorner: number;
  /** Half the width of the mouth. */
  readonly mouthWidth: number;
  /** How far it stands open without a word. */
  readonly jaw: number;
  /** How much of the teeth shows, 0 to 1. */
  readonly teeth: number;
  /** The upper lip drawn up and the nose wrinkled, 0 to 1. */
  readonly sneer: number;
  /** 0 to 1. */
  readonly blush: number;
  /** -1 pale to 1 flushed. */
  readonly flush: number;
  readonly tear: number;
  readonly sweat: number;
  readonly headTilt: number;
  readonly headPitch: number;
  readonly headYaw: number;
  readonly headY: number;
  readonly shrug: number;
}

export type HandShape = 'open' | 'fist' | 'thumb';

/** An arm that came up into the picture. */
export interface ArmPose {
  readonly hand: HandShape;
  readonly elbowX: number;
  readonly elbowY: number;
  readonly wristX: number;
  readonly wristY: number;
  /** Radians, clockwise, from fingers pointing up. */
  readonly handTurn: number;
  /** How far the fingers are spread, 0 to 1. */
  readonly spread: number;
}
