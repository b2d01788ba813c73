/** What may be opened, out of the environment. */

import type { AvatarServiceServer } from '@avatarwire/services';
import type { BrokerLimits, BrokerOptions } from '../options';
import { type Preset, presets } from '../presets';
import type { Attempt } from './problems';
import type { EnvironmentReading } from './read-environment';
import { variableOf } from './variables';

const PRESETS = 'AVATARWIRE_PRESETS';
const A_DAY = variableOf('secondsPerCallerAndDay' satisfies keyof BrokerLimits);

export function makeAuthorize(
  { values, amounts, isSet }: EnvironmentReading,
  services: readonly AvatarServiceServer[],
  attempt: Attempt,
): BrokerOptions['authorize'] | undefined {
  if (!isSet(PRESETS)) attempt.say(`${PRESETS} is missing.`);
  const given = values[PRESETS];
  if (given === undefined) return undefined;
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    attempt.say(`${PRESETS} has to be an object of presets by name.`);
    return undefined;
  }
  // What each one has to have is looked at by `presets`, which takes whatever JSON may hold.
  const table = given as Readonly<Record<string, Preset>>;
  // One by one, so that what is wrong with one hides nothing of the others.
  for (const [name, preset] of Object.entries(table)) {
    const alone = attempt.make(NAMES, () => presets({ [name]: preset }));
    if (alone && !services.some((service) => service.name === preset.service))
      attempt.say(`${PRESETS}.${name}.service names none of the services that have a key.`);
    if (alone && preset.durationSeconds > Number(amounts[A_DAY]))
      attempt.say(`${PRESETS}.${name}.durationSeconds is longer than ${A_DAY}: it could never be opened.`);
  }
  const { AVATARWIRE_DEFAULT_PRESET: fallback } = values;
  if (fallback !== undefined && !Object.hasOwn(table, fallback))
    attempt.say(`AVATARWIRE_DEFAULT_PRESET names none of ${PRESETS}.`);
  if (Object.keys(table).length > 0 && fallback !== undefined && !Object.hasOwn(table, fallback))
    return undefined;
  return attempt.make(NAMES, () => presets(table, fallback === undefined ? {} : { default: fallback }));
}

const NAMES = { presets: PRESETS };
