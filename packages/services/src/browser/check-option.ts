import { AvatarError } from '@avatarwire/core';

/** @throws AvatarError `invalid-argument`, naming the option, unless it `fits` */
export function checkOption(service: string, name: string, fits: boolean, wanted: string): void {
  if (!fits) throw new AvatarError('invalid-argument', `options.${name} must be ${wanted}.`, { service });
}

/** @throws AvatarError `invalid-argument`, naming the option */
export function checkMs(service: string, name: string, ms: number, least: number, most: number): void {
  checkOption(service, name, ms >= least && ms <= most, `from ${least} to ${most} milliseconds`);
}

/** @throws AvatarError `invalid-argument` */
export function checkMode(service: string, mode: string): void {
  checkOption(service, 'mode', mode === 'retelling' || mode === 'dialogue', "'retelling' or 'dialogue'");
}
