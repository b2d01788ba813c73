/** The mock AKOOL in a process of its own. */

import { subscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';
import { startMockServices } from '@avatarwire/simulator/services';
import type { Account, MockReady } from './messages';

const servers = new Set<Server>();
subscribe('http.server.request.start', (message) => {
  servers.add((message as { readonly server: Server }).server);
});

const mock = await startMockServices({ akool: { maxOpenSessions: 1_000_000, avatars: ['guide'] } });

process.on('message', (wanted) => {
  if (wanted === 'account') {
    const { open, opened, costSeconds } = mock.akool;
    process.send?.({ open, opened, costSeconds } satisfies Account);
  }
  // So that what its clients hold are no connections that merely wait.
  if (wanted === 'let-go') {
    for (const server of servers) server.closeIdleConnections();
    process.send?.('done');
  }
});
process.send?.({ akoolUrl: mock.urls.akool, akoolKey: mock.keys.akool.apiKey } satisfies MockReady);
