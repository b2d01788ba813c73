// What a test or a measurement of delivery needs: text that is easily broken, text as a model gives it, which words were
// cut, and how full a second was.

export { cutWords } from './cut-words.ts';
export { mixedText } from './mixed-text.ts';
export { atPace, modelTokens, type Pace } from './model-answer.ts';
export { fullestSecond, type Peak, type TimedPacket } from './sliding-windows.ts';
