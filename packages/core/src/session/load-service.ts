import { AvatarError, isAvatarError } from '../errors';
import { protocolV2 } from '../protocol/protocol-v2';
import type { AvatarService } from '../service';
import type { AvatarSessionOptions } from './session-types';

/** Services that do not speak protocol v2, and the packages of which their halves are. */
const PACKAGED = ['a2e', 'heygen', 'liveavatar'];

/**
 * The browser half of the service that the details name.
 *
 * @throws AvatarError `invalid-argument` where the options lack it, or have something else in its place;
 * `sdk-missing` when it could not be loaded
 */
export async function loadService(
  name: string | undefined,
  services: AvatarSessionOptions['services'] = {},
): Promise<AvatarService> {
  if (name === undefined || !Object.hasOwn(services, name)) {
    if (name !== undefined && PACKAGED.includes(name)) throw notGiven(name);
    return protocolV2;
  }
  let made: unknown;
  try {
    made = await services[name]?.();
  } catch (cause) {
    if (isAvatarError(cause)) throw cause;
    throw new AvatarError('sdk-missing', `services.${name} could not be loaded.`, { cause, service: name });
  }
  if (isAvatarService(made)) return made;
  throw new AvatarError('invalid-argument', `services.${name} must make an AvatarService.`, {
    service: name,
  });
}

function notGiven(name: string): AvatarError {
  const load = `() => import('@avatarwire/services/${name}').then((m) => m.${name}())`;
  const message = `services.${name} is missing, and the session is of ${name}: services: { ${name}: ${load} }`;
  return new AvatarError('invalid-argument', message, { service: name });
}

function isAvatarService(value: unknown): value is AvatarService {
  const { can, start } = (value ?? {}) as { can?: unknown; start?: unknown };
  return typeof can === 'object' && can !== null && typeof start === 'function';
}
