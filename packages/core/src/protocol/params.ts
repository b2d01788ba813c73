/**
 * Parameters and actions: one table from our names to the wire's, which checks, encodes, merges and splits them.
 */

import { AvatarError } from '../errors';
import { type AvatarAction, type AvatarParams, EXPRESSIONS, GESTURES } from './messages';
import { wellFormed } from './well-formed';

type Json = string | number | boolean | { [key: string]: Json };

interface Field {
  /** Where it stands in {@link AvatarParams}. */
  readonly name: string;
  /** Where it stands in the command's data. */
  readonly wire: string;
  /** What it must be, in words for the error. */
  readonly wanted: string;
  accepts(value: unknown): boolean;
  /** Our value as the wire's; the same where absent. */
  toWire?(value: unknown): Json;
}

const MODES = { retelling: 1, dialogue: 2 };
const TURN_TYPES = { server: 'server_vad', semantic: 'semantic_vad' };
const TURN_DETECTION = 'recognition.turnDetection';

const text = {
  wanted: 'a string that is not empty',
  accepts: (value: unknown) => isText(value) && value !== '',
};
const url = { wanted: 'an absolute http or https URL', accepts: isWebUrl };
const milliseconds = {
  wanted: 'a number of milliseconds, not negative',
  accepts: between(0, Number.MAX_SAFE_INTEGER),
};

/** Wire names and ranges: AKOOL, data messages, `set-params`. */
const FIELDS: readonly Field[] = [
  { name: 'mode', wire: 'mode', ...oneOf(MODES) },
  { name: 'language', wire: 'lang', ...text },
  { name: 'backgroundUrl', wire: 'bgurl', ...url },
  { name: 'voice.id', wire: 'vparams.vid', ...text },
  { name: 'voice.url', wire: 'vparams.vurl', ...url },
  {
    name: 'voice.speed',
    wire: 'vparams.speed',
    wanted: 'a number from 0.8 to 1.2',
    accepts: between(0.8, 1.2),
  },
  {
    name: 'voice.pronunciation',
    wire: 'vparams.pron_map',
    wanted: 'an object from words to how they are said, both strings and no word empty',
    accepts: isPronunciation,
  },
  { name: 'recognition.language', wire: 'vparams.stt_language', ...text },
  { name: 'recognition.engine', wire: 'vparams.stt_type', ...text },
  { name: `${TURN_DETECTION}.type`, wire: 'vparams.turn_detection.type', ...oneOf(TURN_TYPES) },
  {
    name: `${TURN_DETECTION}.threshold`,
    wire: 'vparams.turn_detection.threshold',
    wanted: 'a number from 0 to 1',
    accepts: between(0, 1),
  },
  {
    name: `${TURN_DETECTION}.prefixPaddingMs`,
    wire: 'vparams.turn_detection.prefix_padding_ms',
    ...milliseconds,
  },
  {
    name: `${TURN_DETECTION}.silenceDurationMs`,
    wire: 'vparams.turn_detection.silence_duration_ms',
    ...milliseconds,
  },
];

const NAMES: ReadonlySet<string> = new Set(FIELDS.map((field) => field.name));
const GROUPS: ReadonlySet<string> = new Set(
  FIELDS.flatMap(({ name }) => name.split('.').map((_, depth, all) => all.slice(0, depth).join('.'))).filter(
    Boolean,
  ),
);

/** Values by the dotted name of their field, in the order of the table. */
type Flat = ReadonlyMap<string, unknown>;

/**
 * A frozen copy of `params` that holds known fields with possible values only. A field that is `undefined` counts as
 * left out.
 *
 * @throws AvatarError `invalid-argument`, naming the field
 */
export function checkParams(params: AvatarParams): AvatarParams {
  const flat = flatten(params);
  if (flat.size === 0) throw refuse('params must name at least one field.');
  for (const { name, wanted, accepts } of FIELDS) {
    if (flat.has(name) && !accepts(flat.get(name))) throw refuse(`params.${name} must be ${wanted}.`);
  }
  checkTurnDetection(flat);
  return unflatten(flat);
}

function checkTurnDetection(flat: Flat): void {
  const given = [...flat.keys()].filter((name) => name.startsWith(`${TURN_DETECTION}.`));
  if (given.length === 0) return;
  const type = flat.get(`${TURN_DETECTION}.type`);
  if (type === undefined) throw refuse(`params.${TURN_DETECTION}.type must be given: server or semantic.`);
  const other = given.find((name) => name !== `${TURN_DETECTION}.type`);
  if (type === 'semantic' && other) throw refuse(`params.${other} goes with the type server only.`);
}

/**
 * @returns a frozen copy of `action`
 * @throws AvatarError `invalid-argument`, naming the field
 */
export function checkAction(action: AvatarAction): AvatarAction {
  const allowed: Readonly<Record<string, readonly unknown[]>> = {
    gesture: GESTURES,
    expression: EXPRESSIONS,
  };
  const given = entriesOf(action, 'action');
  for (const [name, value] of given) {
    const values = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (!values) throw refuse(`action.${name} is not a field of an action.`);
    if (!values.includes(value)) throw refuse(`action.${name} must be one of: ${values.join(', ')}.`);
  }
  if (given.length === 0) throw refuse('action must name a gesture, an expression or both.');
  return Object.freeze(Object.fromEntries(given));
}

/**
 * `older` with everything that `newer` names in its place. Two things count as one value each: the map of
 * pronunciations, which the service is always sent whole, so that a word can be taken out again; and turn detection
 * when its type changes, since the numbers of one type mean nothing to the other.
 */
export function mergeParams(older: AvatarParams, newer: AvatarParams): AvatarParams {
  const before = flatten(older);
  const after = flatten(newer);
  const type = `${TURN_DETECTION}.type`;
  const typeChanges = after.has(type) && after.get(type) !== before.get(type);
  const kept = [...before].filter(([name]) => !(typeChanges && name.startsWith(`${TURN_DETECTION}.`)));
  return unflatten(new Map([...kept, ...after]));
}

/**
 * Splits checked parameters into as few groups as taking the fields in turn allows, so that `fits` holds for each.
 * Turn detection and the map of pronunciations stay whole.
 *
 * @returns nothing for no parameters
 * @throws AvatarError `packet-too-large`, naming the field that does not fit even alone
 */
export function splitParams(params: AvatarParams, fits: (params: AvatarParams) => boolean): AvatarParams[] {
  const groups: AvatarParams[] = [];
  let current: Flat = new Map();
  for (const [name, unit] of unitsOf(flatten(params))) {
    const wider = new Map([...current, ...unit]);
    if (fits(unflatten(wider))) {
      current = wider;
      continue;
    }
    if (current.size > 0) groups.push(unflatten(current));
    if (!fits(unflatten(unit))) {
      throw new AvatarError(
        'packet-too-large',
        `params.${name} does not fit one packet, and a command cannot be split.`,
      );
    }
    current = unit;
  }
  return current.size > 0 ? [...groups, unflatten(current)] : groups;
}

/** What must stay together, by its name. */
function unitsOf(flat: Flat): Map<string, Flat> {
  const units = new Map<string, Map<string, unknown>>();
  for (const [name, value] of flat) {
    const unit = name.startsWith(`${TURN_DETECTION}.`) ? TURN_DETECTION : name;
    units.set(unit, (units.get(unit) ?? new Map()).set(name, value));
  }
  return units;
}

/** The data of `set-params`. */
export function paramsToWire(params: AvatarParams): Json {
  const flat = flatten(params);
  const data: { [key: string]: Json } = {};
  for (const { name, wire, toWire } of FIELDS) {
    if (flat.has(name)) put(data, wire, toWire ? toWire(flat.get(name)) : copyOf(flat.get(name)));
  }
  return data;
}

/** The data of `set-action`. */
export function actionToWire({ gesture, expression }: AvatarAction): Json {
  return { ...(gesture && { action: gesture }), ...(expression && { expression }) };
}

function flatten(params: AvatarParams): Flat {
  const found = new Map<string, unknown>();
  collect(params, '', found);
  return new Map(FIELDS.filter(({ name }) => found.has(name)).map(({ name }) => [name, found.get(name)]));
}

function collect(group: unknown, prefix: string, found: Map<string, unknown>): void {
  const label = prefix === '' ? 'params' : `params.${prefix}`;
  const entries = entriesOf(group, label);
  if (entries.length === 0 && prefix !== '') throw refuse(`${label} must name at least one field.`);
  for (const [key, value] of entries) {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    const known = !key.includes('.');
    if (known && NAMES.has(name)) found.set(name, value);
    else if (known && GROUPS.has(name)) collect(value, name, found);
    else throw refuse(`params.${name} is not a parameter.`);
  }
}

function unflatten(flat: Flat): AvatarParams {
  const params: { [key: string]: Json } = {};
  for (const { name } of FIELDS) if (flat.has(name)) put(params, name, copyOf(flat.get(name)));
  return deepFreeze(params) as AvatarParams;
}

/** The own fields of a plain object that are not `undefined`. */
function entriesOf(value: unknown, label: string): [string, unknown][] {
  if (!isPlainObject(value)) throw refuse(`${label} must be an object.`);
  return Object.entries(value).filter(([, inner]) => inner !== undefined);
}

function put(target: { [key: string]: Json }, path: string, value: Json): void {
  const steps = path.split('.');
  const last = steps.pop() ?? path;
  let group = target;
  for (const step of steps) {
    group[step] ??= {};
    group = group[step] as { [key: string]: Json };
  }
  group[last] = value;
}

/** `fromEntries` defines properties, so a word called `__proto__` stays a word. */
function copyOf(value: unknown): Json {
  return isPlainObject(value)
    ? Object.fromEntries(Object.entries(value) as [string, Json][])
    : (value as Json);
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && wellFormed(value) === value;
}

function isWebUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value) || wellFormed(value) !== value) return false;
  try {
    return new URL(value).hostname !== '';
  } catch {
    return false;
  }
}

function isPronunciation(value: unknown): boolean {
  return (
    isPlainObject(value) &&
    Object.entries(value).every(([word, said]) => word !== '' && isText(word) && isText(said))
  );
}

function between(lowest: number, highest: number): (value: unknown) => boolean {
  return (value) => typeof value === 'number' && value >= lowest && value <= highest;
}

function oneOf(values: Readonly<Record<string, Json>>) {
  return {
    wanted: `one of: ${Object.keys(values).join(', ')}`,
    accepts: (value: unknown) => typeof value === 'string' && Object.hasOwn(values, value),
    toWire: (value: unknown): Json => values[value as string] ?? '',
  };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner);
  return Object.freeze(value);
}

function refuse(problem: string): AvatarError {
  return new AvatarError('invalid-argument', problem);
}
