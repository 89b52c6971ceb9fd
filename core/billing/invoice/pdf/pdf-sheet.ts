import PDFDocument from 'pdfkit';
import type { PdfFonts } from './pdf-fonts.ts';
import { printableText } from './printable-text.ts';

/** What PDFKit has but its declarations leave out: the font in use, as fontkit reads it. */
interface WithFont {
  readonly _font: { readonly font: { hasGlyphForCodePoint(codePoint: number): boolean } };
}

/** How a piece of text stands on the page. Lengths in points, 1/72 inch. */
export interface TextStyle {
  /** From the left margin. */
  readonly x: number;
  readonly width: number;
  readonly size: number;
  /** @default 'regular' */
  readonly font?: keyof PdfFonts;
  /** @default 'left' */
  readonly align?: 'left' | 'right';
  /** @default - black */
  readonly color?: string;
}

/** Around the text; at the bottom also for the foot. */
const margin = 56;
const footHeight = 24;

/**
 * Pages of A4 that fill from top to bottom. Text breaks between words, and within one that is wider than its column; a piece of text is
 * never cut between two pages.
 */
export class PdfSheet {
  readonly #document: PDFKit.PDFDocument;
  readonly #has: (codePoint: number) => boolean;
  #lacks = false;
  #head: (() => void) | undefined;
  /** From the top of the page: where the next piece of text begins. */
  y = margin;

  /** @param info when it was made stands for `now`, so that the same content gives the same bytes */
  constructor(fonts: PdfFonts, info: { readonly CreationDate: Date; readonly ModDate: Date } & PDFKit.DocumentInfo) {
    this.#document = new PDFDocument({
      size: 'A4',
      margin,
      bufferPages: true,
      // None of the fonts that PDFKit brings along: it would look for their files.
      font: '',
      lang: 'en',
      pdfVersion: '1.7',
      displayTitle: true,
      info,
    });
    this.#document.registerFont('bold', fonts.bold).registerFont('regular', fonts.regular);
    const known = (['bold', 'regular'] as const).map((name) => {
      const { font } = (this.#document.font(name) as unknown as WithFont)._font;
      return (codePoint: number): boolean => font.hasGlyphForCodePoint(codePoint);
    });
    this.#has = (codePoint) => known.every((has) => has(codePoint));
  }

  /** Points between the margins. */
  get width(): number {
    return this.#document.page.width - 2 * margin;
  }

  /** Whether anything was written with characters that the font lacks. */
  get lacksCharacters(): boolean {
    return this.#lacks;
  }

  /** What stands at the top of each page that is begun from now on, and is written here too. */
  repeat(head: () => void): void {
    this.#head = head;
    head();
  }

  /** Ends what `repeat` began. */
  repeatNothing(): void {
    this.#head = undefined;
  }

  /** Begins a new page unless so much fits on this one. */
  room(height: number): void {
    if (this.y + height <= this.#document.page.height - margin - footHeight) return;
    this.#document.addPage();
    this.y = margin;
    this.#head?.();
  }

  height(text: string, style: TextStyle): number {
    return this.#styled(style).heightOfString(this.#printable(text), { width: style.width });
  }

  /** Writes at this height and stays there, for text to stand beside it. */
  write(text: string, style: TextStyle): void {
    const { x, width, align = 'left' } = style;
    this.#styled(style).text(this.#printable(text), margin + x, this.y, { width, align });
  }

  /** Writes below what is there, on a new page where there is no room. */
  paragraph(text: string, style: TextStyle, space = 0): void {
    const height = this.height(text, style);
    this.room(height);
    this.write(text, style);
    this.y += height + space;
  }

  /** A line from margin to margin. */
  rule(color: string): void {
    this.#document
      .moveTo(margin, this.y)
      .lineTo(margin + this.width, this.y)
      .lineWidth(0.5)
      .stroke(color);
  }

  /** Ends the document, with a foot on each page and, where there is one, a mark across it. @returns its bytes */
  async end(foot: (page: number, pages: number) => string, mark: string | undefined): Promise<Buffer> {
    const document = this.#document;
    const { count } = document.bufferedPageRange();
    for (let page = 0; page < count; page += 1) {
      const { height, width, margins } = document.switchToPage(page);
      // Below its margin PDFKit would begin another page.
      margins.bottom = 0;
      if (mark !== undefined) {
        document.save().rotate(-45, { origin: [width / 2, height / 2] });
        document.font('bold').fontSize(110).fillColor('#9a3412').fillOpacity(0.12);
        document.text(mark, 0, height / 2 - 75, { width, align: 'center', lineBreak: false });
        document.restore().fillOpacity(1);
      }
      this.y = height - margin - 8;
      this.write(foot(page + 1, count), { x: 0, width: this.width, size: 8, color: '#59636e' });
    }
    const chunks: Buffer[] = [];
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    return new Promise((resolve, reject) => {
      document.on('error', reject);
      document.on('end', () => resolve(Buffer.concat(chunks)));
      document.end();
    });
  }

  #styled({ size, font = 'regular', color = '#1b1f24' }: TextStyle): PDFKit.PDFDocument {
    return this.#document.font(font).fontSize(size).fillColor(color);
  }

  #printable(text: string): string {
    const printable = printableText(text, this.#has);
    if (printable !== text.normalize('NFC')) this.#lacks = true;
    return printable;
  }
}
