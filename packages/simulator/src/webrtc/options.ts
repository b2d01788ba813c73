import { checkWhole, type FigureOptions, type FigureSettings, toFigureSettings } from '../figure';

export interface SimulatedWebRtcAvatarOptions extends FigureOptions {
  /** How long a service session lives; then the avatar says goodbye. @default without end */
  readonly expiresInMs?: number;
}

export interface Settings extends FigureSettings {
  readonly expiresInMs: number | undefined;
}

/** @throws AvatarError `invalid-argument`, naming the option */
export function toSettings(options: SimulatedWebRtcAvatarOptions): Settings {
  const { expiresInMs } = options;
  if (expiresInMs !== undefined) checkWhole('expiresInMs', expiresInMs, 1, 2 ** 31 - 1);
  return { ...toFigureSettings(options), expiresInMs };
}
