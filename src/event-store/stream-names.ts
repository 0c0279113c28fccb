// How streams are named: `<category>-<id>`, no hyphen in the category.

/** The stream of one aggregate. */
export function streamOf(category: string, id: string): string {
  return `${category}-${id}`;
}

/** The part of a stream's name before the first hyphen. */
export function categoryOf(stream: string): string {
  const hyphen = stream.indexOf('-');
  return hyphen < 0 ? stream : stream.slice(0, hyphen);
}

/** The part after it. */
export function idOf(stream: string): string {
  return stream.slice(categoryOf(stream).length + 1);
}
