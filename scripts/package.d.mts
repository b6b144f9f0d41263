export function stageExtension(folder: string): Promise<void>;
export function hostTarget(): string;
export function packageFor(target: string, out: string): Promise<string>;
