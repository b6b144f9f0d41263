/** Works on so many items at a time; outcomes in the order of the items. After an error nothing new is begun. @param work also given how many were finished before */
export async function inParallel<Item, Outcome>(items: readonly Item[], workers: number, work: (item: Item, finished: () => number) => Promise<Outcome>): Promise<Outcome[]> {
  const outcomes: Outcome[] = new Array<Outcome>(items.length);
  let [next, finished] = [0, 0];
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) {
      try {
        outcomes[at] = await work(items[at]!, () => finished);
      } catch (error) {
        next = items.length;
        throw error;
      }
      finished++;
    }
  };
  await Promise.all(Array.from({ length: Math.min(workers, items.length) }, worker));
  return outcomes;
}
