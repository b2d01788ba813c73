import type { Message } from '@avatarwire/core';
import { expect, test } from 'vitest';
import { createMessageDetails } from '../src/message-details';

function message(text: string, complete = false): Message {
  return { id: 'a', author: 'user', text, complete, at: 0 };
}

/** As a page shows it that adds each piece to what it has under its `msg_id`. */
function shown(...versions: readonly Message[]): readonly string[] {
  const lines = new Map<string, string>();
  const details = createMessageDetails();
  for (const version of versions) {
    const detail = details.next(version);
    if (detail) lines.set(detail.msg_id, (lines.get(detail.msg_id) ?? '') + detail.text);
  }
  return [...lines.values()];
}

test('a message that grows is told in pieces that join', () => {
  expect(shown(message('I want'), message('I want tea'), message('I want tea', true))).toEqual([
    'I want tea',
  ]);
});

test('a message that is corrected is told anew and whole, under a msg_id of its own, and goes on there', () => {
  expect(
    shown(message('I want to by'), message('I want to buy tea'), message('I want to buy tea.', true)),
  ).toEqual(['I want to by', 'I want to buy tea.']);
});

test('a correction that is shorter, or comes when the message was complete, is told too', () => {
  expect(shown(message('I want teas'), message('I want tea', true), message('I want sea', true))).toEqual([
    'I want teas',
    'I want tea',
    'I want sea',
  ]);
});
