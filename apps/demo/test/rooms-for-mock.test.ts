// Rooms in pages and a mock service over HTTP; the page is this process.
import type { ConnectionDetails, SessionSource } from '@avatarwire/core';
import { createPageRooms, startMockServices } from '@avatarwire/simulator/services';
import { expect, onTestFinished, test, vi } from 'vitest';
import { roomsForMock } from '../src/session/rooms-for-mock';

const details = (): ConnectionDetails => ({ provider: 'webrtc', credentials: {} });
const makers = async () => ({ webrtc: () => ({ credentials: {}, close() {} }) });

async function pageOver(paid: SessionSource) {
  const pageRooms = createPageRooms();
  const mocks = await startMockServices({ pageRooms });
  onTestFinished(() => mocks.close());
  const source = roomsForMock(paid, mocks.urls.pages, makers);
  const { signal } = new AbortController();
  return {
    hosts: () => pageRooms.pages.length,
    open: () => source.open({ provider: 'webrtc' }, { signal }),
    close: async (given: ConnectionDetails) =>
      source.close?.(given, { reason: 'requested', keepalive: false }),
  };
}

test('it gives rooms before anything is paid, and until the session is closed', async () => {
  const seen: number[] = [];
  const page = await pageOver({
    async open() {
      seen.push(page.hosts());
      return details();
    },
    async close() {
      seen.push(page.hosts());
    },
  });
  await page.close(await page.open());
  expect(seen).toEqual([1, 1]);
  await vi.waitFor(() => expect(page.hosts()).toBe(0));
});

test('what could not be opened leaves no rooms to give, and neither does what could not be closed', async () => {
  const refused = await pageOver({ open: () => Promise.reject(new Error('no')) });
  await expect(refused.open()).rejects.toThrow('no');
  await vi.waitFor(() => expect(refused.hosts()).toBe(0));

  const stuck = await pageOver({ open: async () => details(), close: () => Promise.reject(new Error('no')) });
  await expect(stuck.close(await stuck.open())).rejects.toThrow('no');
  await vi.waitFor(() => expect(stuck.hosts()).toBe(0));
});

test('a session that is closed late takes the rooms of no other', async () => {
  const page = await pageOver({ open: async () => details(), close: async () => {} });
  const first = await page.open();
  const second = await page.open();
  await page.close(first);
  await vi.waitFor(() => expect(page.hosts()).toBe(1));
  await page.close(second);
  await vi.waitFor(() => expect(page.hosts()).toBe(0));
});
