/** The language model, where the environment describes one. */

import type { ModelProxyOptions } from '../model/options';
import type { Attempt } from './problems';
import type { EnvironmentReading } from './read-environment';
import { GROUPS } from './variables';

const NEEDED = ['AVATARWIRE_MODEL_BASE_URL', 'AVATARWIRE_MODEL_API_KEY', 'AVATARWIRE_MODEL_NAME'] as const;

export function readModel(
  { values, isSet }: EnvironmentReading,
  attempt: Attempt,
): ModelProxyOptions | undefined {
  if (!Object.keys(GROUPS['A language model']).some(isSet)) return undefined;
  for (const name of NEEDED) if (!isSet(name)) attempt.say(`${name} is missing.`);
  const [baseUrl, apiKey, model] = NEEDED.map((name) => values[name]);
  if (!baseUrl || !apiKey || !model) return undefined;
  const {
    AVATARWIRE_MODEL_SYSTEM: system,
    AVATARWIRE_MODEL_TEMPERATURE: temperature,
    AVATARWIRE_MODEL_MAX_ANSWER_TOKENS: maxAnswerTokens,
    AVATARWIRE_MODEL_TOKEN_LIMIT_FIELD: tokenLimitField,
    AVATARWIRE_MODEL_ASKS_FOR_USAGE: asksForUsage,
    AVATARWIRE_MODEL_TOKENS_PER_SESSION: tokensPerSession,
    AVATARWIRE_MODEL_TOKENS_PER_CALLER_AND_DAY: tokensPerCallerAndDay,
  } = values;
  return {
    baseUrl,
    apiKey,
    model,
    ...(system !== undefined && { system }),
    ...(temperature !== undefined && { temperature }),
    ...(maxAnswerTokens !== undefined && { maxAnswerTokens }),
    ...(tokenLimitField !== undefined && { tokenLimitField }),
    ...(asksForUsage !== undefined && { asksForUsage }),
    budget: {
      ...(tokensPerSession !== undefined && { tokensPerSession }),
      ...(tokensPerCallerAndDay !== undefined && { tokensPerCallerAndDay }),
    },
  };
}

/** What is given of it, each with nothing wrong beside it. */
export function modelPieces({ values }: EnvironmentReading): ModelProxyOptions[] {
  const right = { baseUrl: 'https://127.0.0.1', apiKey: 'key', model: 'model' };
  const [baseUrl, apiKey, model] = NEEDED.map((name) => values[name]);
  return [
    ...(baseUrl ? [{ ...right, baseUrl }] : []),
    ...(apiKey ? [{ ...right, apiKey }] : []),
    ...(model ? [{ ...right, model }] : []),
  ];
}

export const MODEL_NAMES = {
  'model.baseUrl': 'AVATARWIRE_MODEL_BASE_URL',
  'model.apiKey': 'AVATARWIRE_MODEL_API_KEY',
  'model.model': 'AVATARWIRE_MODEL_NAME',
  'model.system': 'AVATARWIRE_MODEL_SYSTEM',
};
