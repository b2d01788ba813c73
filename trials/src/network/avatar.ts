/** The simulated avatar, wherever it lives: quick, so that what is measured is the network. */

import type { SimulatedAvatarOptions } from '@avatarwire/simulator';
import { answerTo } from './texts';

export const AVATAR: Pick<SimulatedAvatarOptions, 'reply' | 'timings'> = {
  reply: answerTo,
  timings: { acknowledgeMs: 0, thinkMs: 100, frameMs: 20, gestureMs: 2_000 },
};
