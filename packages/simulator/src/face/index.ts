export { drawFace } from './draw-face';
export type { FaceContext2D } from './face-context';
export {
  EXPRESSION_BLEND_MS,
  type FaceBackground,
  type FaceState,
  GESTURE_MS,
  restingFace,
} from './face-state';
export { createPuppet } from './puppet';
