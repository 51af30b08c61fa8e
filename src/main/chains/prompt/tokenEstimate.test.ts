import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { estimateTokens } from './tokenEstimate.ts'

/** As real tokenizers count: the most of o200k, cl100k (GPT) and Llama 3, and Llama 2, which is older and knows fewer words. */
const counted: { name: string; text: string; most: number; llama2: number }[] = [
  {
    name: 'english',
    text: 'The committee met on Tuesday to decide whether the old bridge should be repaired or replaced. Most of the members agreed that repairing it would be cheaper in the short run, but several of them pointed out that the traffic had doubled since it was built.',
    most: 49,
    llama2: 56
  },
  {
    name: 'german',
    text: 'Die Kommission beriet am Dienstag darüber, ob die alte Brücke ausgebessert oder ersetzt werden soll. Die meisten Mitglieder waren der Ansicht, dass eine Instandsetzung kurzfristig günstiger wäre; einige wiesen jedoch auf die Verkehrsentwicklung hin.',
    most: 63,
    llama2: 62
  },
  {
    name: 'french',
    text: "La commission s'est réunie mardi pour décider si le vieux pont devait être réparé ou remplacé. La plupart des membres estimaient qu'une réparation coûterait moins cher à court terme, mais plusieurs ont rappelé que la circulation avait doublé.",
    most: 64,
    llama2: 69
  },
  {
    name: 'polish',
    text: 'Komisja zebrała się we wtorek, aby zdecydować, czy stary most należy naprawić, czy zastąpić nowym. Większość członków zgodziła się, że naprawa będzie tańsza, ale kilku wskazało, że ruch od czasu budowy się podwoił.',
    most: 84,
    llama2: 85
  },
  {
    name: 'vietnamese',
    text: 'Ủy ban đã họp vào thứ Ba để quyết định xem nên sửa chữa hay thay thế cây cầu cũ. Hầu hết các thành viên đồng ý rằng việc sửa chữa sẽ rẻ hơn.',
    most: 74,
    llama2: 103
  },
  {
    name: 'russian',
    text: 'Комиссия собралась во вторник, чтобы решить, следует ли отремонтировать старый мост или заменить его новым. Большинство членов согласились, что ремонт обойдётся дешевле.',
    most: 79,
    llama2: 62
  },
  {
    name: 'greek',
    text: 'Η επιτροπή συνεδρίασε την Τρίτη για να αποφασίσει αν η παλιά γέφυρα πρέπει να επισκευαστεί ή να αντικατασταθεί.',
    most: 98,
    llama2: 109
  },
  {
    name: 'arabic',
    text: 'اجتمعت اللجنة يوم الثلاثاء لتقرر ما إذا كان ينبغي إصلاح الجسر القديم أو استبداله.',
    most: 57,
    llama2: 73
  },
  {
    name: 'hebrew',
    text: 'הוועדה התכנסה ביום שלישי כדי להחליט אם לתקן את הגשר הישן או להחליף אותו.',
    most: 67,
    llama2: 73
  },
  {
    name: 'chinese',
    text: '委员会星期二开会，决定是否应该修理或更换旧桥。大多数成员认为，短期内修理会更便宜，但有几位成员指出，自建成以来交通量已经翻了一番。',
    most: 75,
    llama2: 84
  },
  {
    name: 'japanese',
    text: '委員会は火曜日に会合を開き、古い橋を修理すべきか、架け替えるべきかを決めた。ほとんどの委員は、短期的には修理の方が安いと考えた。',
    most: 80,
    llama2: 85
  },
  {
    name: 'korean',
    text: '위원회는 화요일에 모여 낡은 다리를 수리할지 교체할지 결정했다. 대부분의 위원은 단기적으로는 수리가 더 저렴하다는 데 동의했다.',
    most: 68,
    llama2: 100
  },
  {
    name: 'thai',
    text: 'คณะกรรมการประชุมกันในวันอังคารเพื่อตัดสินใจว่าควรซ่อมแซมหรือเปลี่ยนสะพานเก่า',
    most: 66,
    llama2: 85
  },
  {
    name: 'code',
    text: 'export function roundedDown(contextLength: number): number {\n  return Math.floor(contextLength / contextStep) * contextStep\n}\n\nfor (const key of loadedWith.keys()) if (!followed.has(key)) loadedWith.delete(key)\n',
    most: 47,
    llama2: 59
  },
  {
    name: 'json',
    text: '[{"id":1043,"name":"bolt M8","price":12.5,"tags":["steel","zinc"],"stock":{"berlin":120,"paris":0}},{"id":1044,"name":"nut M8","price":3.75,"tags":[],"stock":{"berlin":4000,"paris":12}}]',
    most: 74,
    llama2: 90
  },
  {
    name: 'csv',
    text: 'date,open,high,low,close,volume\n2026-01-05,182.31,184.02,181.77,183.90,48213300\n2026-01-06,183.95,185.60,183.10,185.12,39127411\n',
    most: 66,
    llama2: 108
  },
  {
    name: 'emoji',
    text: 'Great 🎉🎉 thanks 🙏 see you 😀😀😀 👩‍👩‍👧',
    most: 30,
    llama2: 46
  },
  {
    name: 'hex',
    text: 'a6cc3863f1c3a46b35e30451fdab7edd15c267d868f3bfc6ff8f97a7c7664692',
    most: 40,
    llama2: 58
  },
  {
    name: 'md',
    text: '# Title\n\n- first **point**\n- second _point_ with `code`\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n',
    most: 34,
    llama2: 41
  },
  {
    name: 'hindi',
    text: 'समिति की मंगलवार को बैठक हुई ताकि यह तय किया जा सके कि पुराने पुल की मरम्मत की जाए या उसे बदला जाए।',
    most: 95,
    llama2: 110
  }
]

describe('estimated tokens', () => {
  // Too few, and a prompt that is said to fit is cut by the server; far too many, and half of the window is never used.
  it.each(counted)('are on the high side of what tokenizers count, and not far: $name', ({ text, most, llama2 }) => {
    const tokens = estimateTokens(text)
    expect(tokens).toBeGreaterThanOrEqual(Math.floor(most * 0.95))
    expect(tokens).toBeGreaterThanOrEqual(llama2 * 0.75)
    expect(tokens).toBeLessThanOrEqual(Math.max(most, llama2) * 1.5)
  })

  it('are none of nothing, and grow with the text', () => {
    expect(estimateTokens('')).toBe(0)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(estimateTokens(`${a}\n${b}`)).toBeGreaterThanOrEqual(Math.max(estimateTokens(a), estimateTokens(b)))
        expect(Number.isSafeInteger(estimateTokens(a))).toBe(true)
      })
    )
  })
})
