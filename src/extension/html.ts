/** What the HTML of a page names. */
export interface PageParts {
  readonly language: string;
  /** Where styles, and nothing else, may come from. */
  readonly source: string;
  readonly nonce: string;
  readonly style: string;
  readonly script: string;
  /** The page fetches files from `source` itself. */
  readonly fetches?: boolean;
}

/** The HTML that loads a page: its own script and styles, and nothing from elsewhere. */
export const htmlOf = ({ language, source, nonce, style, script, fetches = false }: PageParts): string => `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<title>Barkeep</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${source}; ${fetches ? `connect-src ${source}; ` : ''}script-src 'nonce-${nonce}'">
<link rel="stylesheet" href="${style}">
</head>
<body><main id="page"></main><script nonce="${nonce}" type="module" src="${script}"></script></body>
</html>`;
