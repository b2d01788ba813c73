// Opens and closes files that others open and close at the same moment, beginning when it is told to.
import { existsSync, openSync, writeSync } from 'node:fs';
import { sqliteStore } from '../../src/sqlite';

const [notesFile = '', file = '', rounds = ''] = process.argv.slice(2);
const notes = openSync(notesFile, 'a');
writeSync(notes, 'ready\n');
while (!existsSync(`${file}.go`));
for (let round = 0; round < Number(rounds); round += 1) {
  const store = sqliteStore({ file: `${file}-${round}` });
  await store.ready();
  await store.close();
}
writeSync(notes, 'done\n');
