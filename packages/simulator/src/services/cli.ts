#!/usr/bin/env node
import { isAvatarError } from '@avatarwire/core';
import { HELP, readArguments } from './cli-arguments';
import { welcome } from './cli-welcome';
import { livekitRooms } from './livekit-rooms';
import { createPageRooms } from './page-rooms/create-page-rooms';
import type { MockRooms } from './rooms';
import { type MockServices, startMockServices } from './start-mock-services';

const say = (text: string) => void process.stdout.write(`${text}\n`);
const complain = (text: string) => void process.stderr.write(`${text}\n`);

async function main(): Promise<void> {
  const wanted = readArguments(process.argv.slice(2), process.env);
  if (wanted === 'help') {
    say(HELP);
    return;
  }
  const { port, avatars, sessions, livekit } = wanted;
  const pageRooms = wanted.pageRooms ? createPageRooms() : undefined;
  const account = sessions === undefined ? {} : { maxOpenSessions: sessions };
  const mock = await startMockServices({
    port,
    ...(livekit && { rooms: firstOf(livekitRooms(livekit), pageRooms?.rooms) }),
    ...(pageRooms && { pageRooms }),
    akool: { avatars, ...account },
    a2e: { avatars, ...(sessions !== undefined && { hosts: sessions }) },
    heygen: { avatars, ...account },
    liveavatar: account,
    onFault: (error) => complain(error instanceof Error ? error.message : String(error)),
  });
  say(welcome(mock, { livekitUrl: livekit?.url, pageRooms: pageRooms !== undefined }));
  endOnSignal(mock);
}

function firstOf(livekit: MockRooms, pages: MockRooms | undefined): MockRooms {
  return async (wanted) => (await livekit(wanted)) ?? pages?.(wanted);
}

/** The second signal ends the process as signals do. */
function endOnSignal(mock: MockServices): void {
  const end = () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
    say(`Ending. ${summary(mock)}`);
    void mock.close();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
}

function summary({ akool, a2e, heygen, liveavatar }: MockServices): string {
  const paid = [akool, a2e, heygen, liveavatar];
  const sum = (of: (service: (typeof paid)[number]) => number) =>
    paid.reduce((total, service) => total + of(service), 0);
  const open = sum((service) => service.open);
  const left = open === 0 ? 'none left open' : `${open} left open, which would go on costing`;
  return `Sessions: ${sum((service) => service.opened)}, ${left}; ${Math.round(sum((service) => service.costSeconds))} s charged.`;
}

main().catch((error: unknown) => {
  complain(isAvatarError(error) ? error.message : String(error));
  process.exitCode = 1;
});
