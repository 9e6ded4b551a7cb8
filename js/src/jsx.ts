/** What JSX is compiled to: arguments are shorter than a `children` property in each call. The build puts it in place. */

export { Fragment, h } from "preact";
