import type { EXPRESSIONS, GESTURES } from '@avatarwire/core';

export const gestureLabels: Readonly<Record<(typeof GESTURES)[number], string>> = {
  hand_wave: 'Wave',
  cheer: 'Cheer',
  thumbs_up: 'Thumbs up',
  pump_fists: 'Pump fists',
  nod: 'Nod',
  shake: 'Shake head',
  waft_left: 'Waft left',
  waft_right: 'Waft right',
};

export const expressionLabels: Readonly<Record<(typeof EXPRESSIONS)[number], string>> = {
  angry: 'Angry',
  disgust: 'Disgusted',
  fear: 'Afraid',
  happiness: 'Happy',
  sadness: 'Sad',
  surprise: 'Surprised',
  contempt: 'Contemptuous',
};

export const languages = [
  { value: 'en', label: 'English' },
  { value: 'ar', label: 'العربية' },
  { value: 'zh', label: '中文' },
  { value: 'fr', label: 'Français' },
  { value: 'de', label: 'Deutsch' },
  { value: 'hi', label: 'हिन्दी' },
  { value: 'ja', label: '日本語' },
  { value: 'pt', label: 'Português' },
  { value: 'es', label: 'Español' },
] as const;
