export { drawFace } from './draw-face';
export type { FaceContext2D, FaceGradient } from './face-context';
export {
  EXPRESSION_BLEND_MS,
  type Expression,
  type FaceState,
  GESTURE_MS,
  type Gesture,
  restingFace,
} from './face-state';
export { createPuppet, type Puppet } from './puppet';
