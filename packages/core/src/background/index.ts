/**
 * The avatar's green screen, keyed out so that whatever stands behind the canvas shows: any CSS background, or the page.
 *
 * ```ts
 * import { removeBackground } from '@avatarwire/core/background';
 *
 * const removal = removeBackground({ video, canvas });
 * removal.set({ spill: 0.5 });
 * removal.stop();
 * ```
 */

export { type BackgroundSettings, backgroundDefaults } from './background-settings';
export { type BackgroundRemoval, type RemoveBackgroundOptions, removeBackground } from './remove-background';
