import type { AvatarSessionOptions } from '@avatarwire/core';
import type { Company } from '../choice/companies';

type Halves = NonNullable<AvatarSessionOptions['services']>;
type Half = Halves[string];

/** Of AKOOL's, core has it built in. Each is downloaded when a session of its service connects. */
const halves: Readonly<Record<Exclude<Company, 'akool'>, Half>> = {
  a2e: () => import('@avatarwire/services/a2e').then(({ a2e }) => a2e()),
  heygen: () => import('@avatarwire/services/heygen').then(({ heygen }) => heygen()),
  liveavatar: () => import('@avatarwire/services/liveavatar').then(({ liveavatar }) => liveavatar()),
};

/** A mock speaks as its company does. */
export const serviceHalves: Halves = Object.fromEntries(
  Object.entries(halves).flatMap(([company, half]) => [
    [company, half],
    [`${company}-mock`, half],
  ]),
);
