/** The environment, variable by variable: each is looked at, whatever is wrong with the others. */

import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { VARIABLES, type Values } from './variables';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EnvironmentReading {
  readonly values: Values;
  /** Of the limits and timings, by the name of the variable. */
  readonly amounts: Readonly<Record<string, unknown>>;
  /** Whether it was given, right or wrong. */
  isSet(name: string): boolean;
  /** The values of those that are secret, for the log not to show. */
  readonly secrets: readonly string[];
  /** One line each, with the name of the variable and without its value. */
  readonly problems: readonly string[];
  /** Names that look like settings of ours and are none: most often slips. */
  readonly unknown: readonly string[];
}

const MAX_FILE_CHARACTERS = 1_048_576;

/** These may name a file themselves, with `@` before its path. */
const MAY_POINT = new Set(['AVATARWIRE_PRESETS', 'AVATARWIRE_MODEL_SYSTEM']);

export function readEnvironment(environment: Environment): EnvironmentReading {
  const values: Record<string, unknown> = {};
  const given = new Set<string>();
  const secrets: string[] = [];
  const problems: string[] = [];

  for (const [name, { secret, fallback, schema }] of Object.entries(VARIABLES)) {
    const { text, problem } = textOf(name, secret === true, environment);
    if (problem !== undefined) problems.push(problem);
    if (text !== undefined || problem !== undefined) given.add(name);
    if (text !== undefined && secret) secrets.push(text);
    const wanted = text ?? (problem === undefined ? fallback : undefined);
    if (wanted === undefined) continue;
    const read = v.safeParse(schema, wanted);
    if (read.success) values[name] = read.output;
    else problems.push(`${name} ${read.issues[0].message}.`);
  }
  return {
    values: values as Values,
    amounts: values,
    isSet: (name) => given.has(name),
    secrets,
    problems,
    unknown: Object.keys(environment).filter(isUnknown).sort(),
  };
}

function isUnknown(name: string): boolean {
  const file = VARIABLES[name.replace(/_FILE$/, '')];
  return name.startsWith('AVATARWIRE_') && !Object.hasOwn(VARIABLES, name) && file?.secret !== true;
}

interface Text {
  readonly text?: string;
  readonly problem?: string;
}

/** An empty variable counts as none: that is how compose files leave one out. */
function textOf(name: string, secret: boolean, environment: Environment): Text {
  const direct = environment[name] || undefined;
  const path = secret ? environment[`${name}_FILE`] || undefined : undefined;
  if (direct !== undefined && path !== undefined)
    return { problem: `${name} and ${name}_FILE must not both be set.` };
  if (path !== undefined) return fileOf(`${name}_FILE`, path);
  if (direct?.startsWith('@') && MAY_POINT.has(name)) return fileOf(name, direct.slice(1));
  return direct === undefined ? {} : { text: direct };
}

function fileOf(name: string, path: string): Text {
  try {
    const text = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    if (text === '' || text.length > MAX_FILE_CHARACTERS)
      return { problem: `${name} names a file that is empty or above ${MAX_FILE_CHARACTERS} characters.` };
    return { text };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    return { problem: `${name} names a file that cannot be read${code}.` };
  }
}
