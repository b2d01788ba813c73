/** A text long enough that its pacing can be watched: six scripts, and emoji that must not be cut in half. */

const paragraphs = [
  'A streaming avatar hears everything through a narrow pipe. Some networks take a kilobyte at a time and six of them a second; a chapter of a book has to be cut, numbered and paced, and it has to arrive whole.',
  '一段很长的文字要分成许多小块，按顺序发送，一个字也不能少。中文每个字占三个字节，所以同样的预算只能装下更少的字。',
  'النص الطويل يُقسَّم إلى أجزاء مرقّمة، ولا يُقطَع حرفٌ من منتصفه أبدًا، مهما كانت سرعة الشبكة.',
  'Длинный текст делится на пронумерованные части; ни одна буква не теряется, и ни одна секунда не превышает предел.',
  'लंबा पाठ छोटे-छोटे हिस्सों में भेजा जाता है, और हर हिस्सा सही क्रम में पहुँचता है।',
  '長い文章は番号付きの小さな部分に分けられ、順番どおりに、欠けることなく届きます。',
  'Families stay together: 👩‍👩‍👧‍👦 🧑🏽‍🚀 🏳️‍🌈 🇪🇺 é ñ, and so do the quotes, "backslashes \\ and tabs".',
];

const encoder = new TextEncoder();

/** Whole numbered paragraphs, up to `bytes` of UTF-8. */
export function longText(bytes = 65_536): string {
  let text = '';
  let used = 0;
  for (let number = 1; ; number += 1) {
    const paragraph = `${number}. ${paragraphs[(number - 1) % paragraphs.length]}\n`;
    used += encoder.encode(paragraph).byteLength;
    if (used > bytes) return text.trimEnd();
    text += paragraph;
  }
}
