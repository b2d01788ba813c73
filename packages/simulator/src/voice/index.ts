export { createVoice, FADE_MS, type Utterance, type Voice, type VoiceOptions } from './create-voice';
export { closedMouth, type MouthShape } from './mouth';
export { createMouthTrack } from './speech-plan';
