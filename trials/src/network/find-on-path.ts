import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where root's programs are, also for a shell that does not look there. */
const ROOTS = ['/usr/sbin', '/sbin'];

export function findOnPath(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...ROOTS].filter(
    (folder) => folder !== '',
  );
  return folders.map((folder) => join(folder, name)).find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
