/** The two cuts of a document's font, as TrueType files. */
export interface PdfFonts {
  readonly regular: Buffer;
  readonly bold: Buffer;
}
