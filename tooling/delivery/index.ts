// What a test or a measurement of delivery needs: text that is easily broken, and how full a second was.

export { mixedText } from './mixed-text.ts';
export { fullestSecond, type Peak, type TimedPacket } from './sliding-windows.ts';
