// Takes what is due, one by one, and closes it; after `holdAt` it takes one more and does nothing with it.
import { openSync, writeSync } from 'node:fs';
import { redisStore } from '../../src/redis';

const [notesFile = '', url = '', prefix = '', now = '', leaseUntil = '', holdAt = ''] = process.argv.slice(2);
const store = redisStore({ url, prefix });
const notes = openSync(notesFile, 'a');
const note = (what: string, id: string) => writeSync(notes, `${what} ${id}\n`);

await store.ready();
note('ready', '');
for (let taken = 1; ; taken += 1) {
  const [due] = await store.takeDue({ now: Number(now), leaseUntil: Number(leaseUntil), limit: 1 });
  if (due === undefined) break;
  note('took', due.id);
  if (taken > Number(holdAt)) await new Promise(() => {});
  await store.update(due.id, ['closing'], { state: 'closed', dueAt: Number(leaseUntil) * 2 });
  note('closed', due.id);
}
await store.close();
