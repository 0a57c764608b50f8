//! Items as text: what a user has to know of them, in one line.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Attribute, Fields, ImplItem, Item, Signature, TraitItem, Visibility};

/// Tokens with the spaces that people write.
pub(crate) fn tidy(tokens: &impl ToTokens) -> String {
    let mut text = tokens.to_token_stream().to_string();
    for (from, to) in [
        ("\n", " "),
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" < ", "<"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        ("( ", "("),
        (" )", ")"),
        (" (", "("),
        ("[ ", "["),
        (" ]", "]"),
        (" ,", ","),
        (",)", ")"),
        (",>", ">"),
        (" :", ":"),
        (" ;", ";"),
        ("& ", "&"),
        ("* ", "*"),
        (" ?", "?"),
        ("? ", "?"),
        ("  ", " "),
        ("{ ", "{ "),
    ] {
        text = text.replace(from, to);
    }
    text.replace("->", " -> ")
        .replace("  ->", " ->")
        .replace("->  ", "-> ")
        .replace("fn(", "fn (")
        .replace("fn (", "fn(")
}

/// The traits that an item derives.
pub(crate) fn derives(attributes: &[Attribute]) -> Option<String> {
    let lists = attributes
        .iter()
        .filter(|one| one.path().is_ident("derive"));
    let names: Vec<String> = lists
        .filter_map(|one| Some(tidy(&one.meta.require_list().ok()?.tokens)))
        .collect();
    (!names.is_empty()).then(|| format!("derive({})", names.join(", ")))
}

/// `#[non_exhaustive]`, `#[must_use]` and the like do not show; the first matters.
fn mark(attributes: &[Attribute]) -> &'static str {
    match attributes
        .iter()
        .any(|one| one.path().is_ident("non_exhaustive"))
    {
        true => "non_exhaustive ",
        false => "",
    }
}

/// The first line of an item, and lines for its parts.
pub(crate) fn of(item: &Item) -> Option<(String, Vec<String>)> {
    Some(match item {
        Item::Struct(item) => {
            let head = format!("struct {}{}", item.ident, tidy(&item.generics));
            let (tail, parts) = fields(&item.fields);
            let clause = where_clause(&item.generics);
            (format!("{}{head}{tail}{clause}", mark(&item.attrs)), parts)
        }
        Item::Enum(item) => {
            let head = format!(
                "{}enum {}{}",
                mark(&item.attrs),
                item.ident,
                tidy(&item.generics)
            );
            let variants = item.variants.iter().map(|variant| {
                let fields = match &variant.fields {
                    Fields::Unit => String::new(),
                    Fields::Unnamed(fields) => {
                        let types: Vec<_> =
                            fields.unnamed.iter().map(|one| tidy(&one.ty)).collect();
                        format!("({})", types.join(", "))
                    }
                    Fields::Named(fields) => {
                        let named = fields
                            .named
                            .iter()
                            .map(|one| format!("{}: {}", tidy(&one.ident), tidy(&one.ty)));
                        format!(" {{ {} }}", named.collect::<Vec<_>>().join(", "))
                    }
                };
                format!("{}{}{fields}", mark(&variant.attrs), variant.ident)
            });
            (head, variants.collect())
        }
        Item::Trait(item) => {
            let bounds = match item.supertraits.is_empty() {
                true => String::new(),
                false => format!(": {}", tidy(&item.supertraits)),
            };
            let clause = where_clause(&item.generics);
            let head = format!(
                "trait {}{}{bounds}{clause}",
                item.ident,
                tidy(&item.generics)
            );
            let parts = item.items.iter().filter_map(|part| match part {
                TraitItem::Fn(function) => {
                    let provided = if function.default.is_some() {
                        " { … }"
                    } else {
                        ""
                    };
                    Some(format!("{}{provided}", call(&function.sig)))
                }
                TraitItem::Type(one) => Some(tidy(one).trim_end_matches(';').to_owned()),
                TraitItem::Const(one) => Some(format!("const {}: {}", one.ident, tidy(&one.ty))),
                _ => None,
            });
            (head, parts.collect())
        }
        Item::Type(item) => {
            let head = format!("type {}{}", item.ident, tidy(&item.generics));
            (format!("{head} = {}", tidy(&item.ty)), Vec::new())
        }
        Item::Const(item) => (
            format!("const {}: {}", item.ident, tidy(&item.ty)),
            Vec::new(),
        ),
        Item::Static(item) => (
            format!("static {}: {}", item.ident, tidy(&item.ty)),
            Vec::new(),
        ),
        Item::Fn(item) => (call(&item.sig), Vec::new()),
        Item::Macro(item) => {
            let name = item.mac.path.segments.last()?.ident.to_string();
            (
                format!(
                    "{name}! {{ {} }}",
                    tidy(&without_attributes(&item.mac.tokens))
                ),
                Vec::new(),
            )
        }
        _ => return None,
    })
}

fn fields(fields: &Fields) -> (String, Vec<String>) {
    let seen = |vis: &Visibility| matches!(vis, Visibility::Public(_));
    match fields {
        Fields::Unit => (String::new(), Vec::new()),
        Fields::Unnamed(fields) => {
            let all = fields.unnamed.iter().map(|one| match seen(&one.vis) {
                true => tidy(&one.ty),
                false => "_".to_owned(),
            });
            (
                format!("({})", all.collect::<Vec<_>>().join(", ")),
                Vec::new(),
            )
        }
        Fields::Named(fields) => {
            let public = fields.named.iter().filter(|one| seen(&one.vis));
            let parts: Vec<_> = public
                .map(|one| format!("{}: {}", tidy(&one.ident), tidy(&one.ty)))
                .collect();
            let hidden = parts.len() < fields.named.len();
            (if hidden { " { … }" } else { "" }.to_owned(), parts)
        }
    }
}

/// A function without its body and the names of patterns.
pub(crate) fn call(signature: &Signature) -> String {
    let mut signature = signature.clone();
    for argument in &mut signature.inputs {
        match argument {
            syn::FnArg::Receiver(receiver) if receiver.reference.is_none() => {
                receiver.mutability = None;
            }
            syn::FnArg::Typed(typed) => {
                if let syn::Pat::Ident(name) = &mut *typed.pat {
                    name.mutability = None;
                }
            }
            syn::FnArg::Receiver(_) => {}
        }
    }
    tidy(&signature)
}

/// What of an `impl` users see: functions, constants, types.
pub(crate) fn part(item: &ImplItem) -> Option<String> {
    let seen = |vis: &Visibility| matches!(vis, Visibility::Public(_));
    match item {
        ImplItem::Fn(one) if seen(&one.vis) => Some(call(&one.sig)),
        ImplItem::Const(one) if seen(&one.vis) => {
            Some(format!("const {}: {}", one.ident, tidy(&one.ty)))
        }
        _ => None,
    }
}

pub(crate) fn where_clause(generics: &syn::Generics) -> String {
    generics
        .where_clause
        .as_ref()
        .map_or_else(String::new, |clause| format!(" {}", tidy(clause)))
}

/// What `command!` says up to the text that is written: the command, its answer, its patience.
pub(crate) fn command(tokens: &TokenStream) -> String {
    let head = tokens.clone().into_iter().take_while(|token| match token {
        TokenTree::Ident(ident) => ident != "write",
        _ => true,
    });
    let text = tidy(&head.collect::<TokenStream>());
    text.trim_end_matches(", ").trim_end_matches(',').to_owned()
}

/// The heads of the functions that a macro's text makes public.
pub(crate) fn public_heads(tokens: &TokenStream) -> Vec<String> {
    let mut heads = Vec::new();
    let mut head: Option<Vec<TokenTree>> = None;
    let mut before = None;
    for token in tokens.clone() {
        match &token {
            TokenTree::Ident(ident) if ident == "pub" => head = Some(Vec::new()),
            TokenTree::Group(group) => {
                let restricted = group.delimiter() == Delimiter::Parenthesis
                    && head.as_ref().is_some_and(Vec::is_empty);
                // `$(async)?` stands where a restriction would.
                let repeats =
                    matches!(&before, Some(TokenTree::Punct(punct)) if punct.as_char() == '$');
                if restricted && !repeats {
                    head = None;
                } else if group.delimiter() == Delimiter::Brace {
                    if let Some(head) = head.take() {
                        heads.push(tidy(&head.into_iter().collect::<TokenStream>()));
                    }
                    heads.extend(public_heads(&group.stream()));
                } else if let Some(head) = &mut head {
                    head.push(token.clone());
                } else {
                    heads.extend(public_heads(&group.stream()));
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => {
                if let Some(head) = head.take() {
                    heads.push(tidy(&head.into_iter().collect::<TokenStream>()));
                }
            }
            _ => {
                if let Some(head) = &mut head {
                    head.push(token.clone());
                }
            }
        }
        before = Some(token);
    }
    heads
}

fn without_attributes(tokens: &TokenStream) -> TokenStream {
    let mut out = Vec::new();
    for token in tokens.clone() {
        let attribute =
            matches!(&token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
        let marked = matches!(out.last(), Some(TokenTree::Punct(punct)) if punct.as_char() == '#');
        if attribute && marked {
            out.pop();
        } else {
            out.push(token);
        }
    }
    out.into_iter().collect()
}
