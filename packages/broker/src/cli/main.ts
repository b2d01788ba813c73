#!/usr/bin/env node
import { isAvatarError } from '@avatarwire/core';
import { type ServedBroker, serveBroker } from '../node';
import { pinoLogger } from '../node/pino-logger';
import { createRedaction } from '../node/redaction';
import { endOnSignal } from './end-on-signal';
import { help } from './help';
import type { EnvironmentReading } from './read-environment';
import { readSettings } from './settings';

const say = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

const WRONG_SETTINGS = 2;

async function main(given: readonly string[]): Promise<void> {
  if (given.some((word) => word !== '--help' && word !== '--check')) {
    complain(
      `Only --help and --check are known here; everything else is set in the environment.\n\n${help()}`,
    );
    process.exitCode = WRONG_SETTINGS;
    return;
  }
  if (given.includes('--help')) {
    say(help());
    return;
  }
  const { reading, settings, problems } = readSettings(process.env, loggerOf);
  if (!settings) {
    complain(
      [`The settings are wrong (${problems.length}):`, ...problems, 'See --help.'].join('\n  ').trimEnd(),
    );
    process.exitCode = WRONG_SETTINGS;
    return;
  }
  const { unknown } = reading;
  if (given.includes('--check')) {
    say('The settings are right.');
    if (unknown.length > 0) say(`Not used, since there is no such setting: ${unknown.join(', ')}.`);
    return;
  }

  const logger = loggerOf(reading);
  if (unknown.length > 0) logger.warn('There are no such settings; they are not used.', { names: unknown });
  let served: ServedBroker;
  try {
    served = await serveBroker({ ...settings.serve, logger, store: settings.openStore() });
  } catch (error) {
    const { text } = createRedaction(reading.secrets);
    complain(
      text(isAvatarError(error) || error instanceof Error ? error.message : 'It could not be started.'),
    );
    process.exitCode = 1;
    return;
  }
  const { url, metricsUrl } = served;
  logger.info('Listening.', {
    url: `${url}${settings.serve.basePath ?? ''}`,
    ...(metricsUrl !== undefined && { metricsUrl }),
    store: settings.storeName,
    services: settings.serve.services.map(({ name }) => name),
    login: settings.serve.authenticate !== undefined,
  });
  endOnSignal(served, { logger, closeOnExit: settings.closeOnExit });
}

function loggerOf({ values, secrets }: EnvironmentReading) {
  return pinoLogger({ secrets, ...(values.AVATARWIRE_LOG_LEVEL && { level: values.AVATARWIRE_LOG_LEVEL }) });
}

await main(process.argv.slice(2));
