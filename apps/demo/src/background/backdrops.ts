/** What may stand behind the avatar once its own background is gone: any CSS `background`. */
export const backdrops = [
  { name: 'Paper', css: '#f4f3ef' },
  { name: 'Ink', css: '#16181a' },
  { name: 'Forest', css: 'linear-gradient(170deg, #0c5f50, #a9cdbf)' },
  { name: 'Dawn', css: 'linear-gradient(160deg, #f6d8bd, #b9c8ee)' },
  {
    name: 'Grid',
    css: 'repeating-linear-gradient(#0c5f5033 0 1px, #0000 1px 1.25rem), repeating-linear-gradient(90deg, #0c5f5033 0 1px, #0000 1px 1.25rem), #fdfdfb',
  },
] as const;

export const isCssBackground = (text: string): boolean => CSS.supports('background', text);
