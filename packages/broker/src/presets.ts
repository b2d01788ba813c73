/** What may be opened, by name: an `authorize` out of a table. */

import { AvatarError, type AvatarMode, type Provider } from '@avatarwire/core';
import type { CreateRequest } from '@avatarwire/services';
import { LANGUAGE, PRESET_NAME, PROVIDERS } from './http/schemas';
import type { BrokerOptions, Opening, Wanted } from './options';
import { Refusal } from './refusal';

export interface Preset extends Omit<CreateRequest, 'durationSeconds'> {
  /** Of one of the broker's services. */
  readonly service: string;
  /** The longest that a session may last. */
  readonly durationSeconds: number;
  /** The networks that it may be opened on. @default all of the service's */
  readonly providers?: readonly Provider[];
  /** Languages that a page may ask for instead of `language`. @default none */
  readonly languages?: readonly string[];
  /** Modes that a page may ask for instead of `mode`. @default none */
  readonly modes?: readonly AvatarMode[];
}

export interface PresetOptions {
  /** For pages that name none. @default the only one there is */
  readonly default?: string;
}

/**
 * Every caller may open each of them; for more, call what it returns from an `authorize` of your own.
 *
 * ```ts
 * authorize: presets({
 *   guide: { service: 'akool', avatarId: 'dvp_Tristan_cloth2_1080P', durationSeconds: 300, languages: ['en', 'de'] },
 * })
 * ```
 *
 * @throws AvatarError `invalid-argument`, naming the preset and its field
 */
export function presets(
  table: Readonly<Record<string, Preset>>,
  options: PresetOptions = {},
): BrokerOptions['authorize'] {
  const byName = new Map(Object.entries(table).map(([name, preset]) => [name, checkPreset(name, preset)]));
  if (byName.size === 0) throw new AvatarError('invalid-argument', 'presets: there has to be at least one.');
  const fallback = options.default ?? (byName.size === 1 ? [...byName.keys()][0] : undefined);
  if (fallback !== undefined && !byName.has(fallback)) {
    throw new AvatarError('invalid-argument', 'presets: options.default names none of them.');
  }

  return (_caller, wanted) => {
    const name = wanted.preset ?? fallback;
    if (name === undefined)
      throw new Refusal(400, 'invalid-argument', 'preset is missing.', { field: 'preset' });
    const preset = byName.get(name);
    if (!preset) throw new Refusal(403, 'service-refused', 'There is no such preset.', { field: 'preset' });
    return openingOf(name, preset, wanted);
  };
}

function openingOf(name: string, preset: Preset, wanted: Wanted): Opening {
  const { service, providers, languages = [], modes = [], ...request } = preset;
  const offers = (field: string, offered: readonly string[] | undefined, value: string | undefined) => {
    if (value === undefined || offered === undefined || offered.includes(value)) return;
    throw new Refusal(403, 'service-refused', `The preset ${name} has no ${field} ${value}.`, { field });
  };
  offers('provider', providers, wanted.provider);
  offers('language', [...languages, preset.language ?? ''], wanted.language);
  offers('mode', [...modes, preset.mode ?? ''], wanted.mode);
  const { language = request.language, mode = request.mode } = wanted;
  return {
    service,
    request: { ...request, ...(language !== undefined && { language }), ...(mode !== undefined && { mode }) },
  };
}

const isText = (value: unknown) => typeof value === 'string' && value !== '' && value.length <= 256;
const isListOf = (fits: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every(fits);
const isLanguage = (value: unknown) => typeof value === 'string' && LANGUAGE.test(value);
const isMode = (value: unknown) => value === 'retelling' || value === 'dialogue';
const isProvider = (value: unknown) => PROVIDERS.some((provider) => provider === value);

const FIELDS: Readonly<Record<keyof Preset, readonly [(value: unknown) => boolean, string]>> = {
  service: [isText, 'the name of a service'],
  avatarId: [isText, 'a string of 1 to 256 characters'],
  durationSeconds: [
    (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 86_400,
    'a whole number of seconds, 1 to 86400',
  ],
  providers: [isListOf(isProvider), `a list of ${PROVIDERS.join(', ')}`],
  languages: [isListOf(isLanguage), 'a list of codes such as en'],
  modes: [isListOf(isMode), 'a list of retelling, dialogue'],
  language: [isLanguage, 'a code of a language, such as en'],
  mode: [isMode, 'retelling or dialogue'],
  voiceId: [isText, 'a string of 1 to 256 characters'],
  knowledgeId: [isText, 'a string of 1 to 256 characters'],
  backgroundUrl: [(value) => typeof value === 'string' && /^https:/.test(value), 'an https: address'],
  quality: [
    (value) => ['low', 'medium', 'high', 'very-high'].some((quality) => quality === value),
    'low, medium, high or very-high',
  ],
  extra: [(value) => typeof value === 'object' && value !== null, 'an object'],
};

const REQUIRED: ReadonlySet<string> = new Set(['service', 'avatarId', 'durationSeconds']);

function checkPreset(name: string, preset: Preset): Preset {
  const wrong = (what: string) => new AvatarError('invalid-argument', `presets.${name}${what}`);
  if (!PRESET_NAME.test(name)) throw wrong(' is no name: 1 to 64 characters of A-Z, a-z, 0-9, ., _ and -.');
  if (typeof preset !== 'object' || preset === null) throw wrong(' has to be an object.');
  const unknown = Object.keys(preset).find((field) => !Object.hasOwn(FIELDS, field));
  if (unknown !== undefined) throw wrong(`.${unknown} is no field of a preset.`);
  for (const [field, [fits, words]] of Object.entries(FIELDS)) {
    const value: unknown = Reflect.get(preset, field);
    if (value === undefined && !REQUIRED.has(field)) continue;
    if (!fits(value)) throw wrong(`.${field} has to be ${words}.`);
  }
  return preset;
}
