const references: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Text as XML content. Control characters become numeric references, as S3 writes them: XML 1.0 does not allow most of them, which is why
 * clients with such keys ask for `encoding-type=url`.
 */
export const escapeXml = (text: string): string =>
  text.replace(
    /[&<>"]|\p{Cc}/gu,
    (character) => references[character] ?? `&#x${character.charCodeAt(0).toString(16)};`,
  );
