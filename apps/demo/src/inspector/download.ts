/** Hands the browser a file to keep. */
export function download(name: string, content: unknown): void {
  const file = new Blob([`${JSON.stringify(content, undefined, 2)}\n`], { type: 'application/json' });
  const url = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}
