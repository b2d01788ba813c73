// Writes sessions into a SQLite file for as long as it lives, and notes what was acknowledged.
import { openSync, writeSync } from 'node:fs';
import { sqliteStore } from '../../src/sqlite';
import { intentOf, wide } from './records';

const [notesFile = '', file = '', name = ''] = process.argv.slice(2);
const store = sqliteStore({ file });
const notes = openSync(notesFile, 'a');
const note = (state: string, id: string) => writeSync(notes, `${state} ${id}\n`);

note('ready', name);
for (let number = 0; ; number += 1) {
  const id = `${name}-${number}`;
  await store.begin(intentOf({ id, caller: name }), wide);
  note('opening', id);
  await store.update(id, ['opening'], { state: 'open', serviceSessionId: `theirs-${id}` });
  note('open', id);
  if (number % 2 === 1) continue;
  await store.update(id, ['open'], { state: 'closed', usedMs: 1 });
  note('closed', id);
}
