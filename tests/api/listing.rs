//! The list: each public module with its items, each item with its parts and traits.

use crate::reach::{Place, Reach, head};
use crate::signature;
use crate::source::{Module, conditions};
use std::collections::{BTreeMap, BTreeSet};
use syn::{Item, ItemImpl, Type};

/// What is said of an item.
#[derive(Default)]
struct Entry {
    head: String,
    /// Fields and variants, in their order, which counts.
    parts: Vec<String>,
    /// Functions and traits.
    more: BTreeSet<String>,
    /// What has to hold for the module that shows it.
    cfg: Vec<String>,
}

pub(crate) fn of(modules: &[Module]) -> String {
    let reach = Reach::new(modules);
    let mut entries: BTreeMap<Place, Entry> = BTreeMap::new();
    let mut others: BTreeMap<Place, String> = BTreeMap::new();
    for module in modules.iter().filter(|module| module.public) {
        let place = |name: &str| (module.path.clone(), name.to_owned());
        for item in &module.items {
            let Some((_, name)) = head(item) else {
                continue;
            };
            if reach.public(&module.path, &name) == Some(&place(&name)) {
                entries.insert(place(&name), entry(item, module, module));
            }
        }
        for (name, from) in &module.exports {
            let Some((owner, defined)) = reach.definition(&module.path, from) else {
                others.insert(place(name), format!("use {}", from.join("::")));
                continue;
            };
            let first = reach.public(&owner.path, &defined.1);
            if first == Some(&place(name)) {
                let mut items = owner.items.iter();
                let item = items.find(|item| head(item).is_some_and(|(_, own)| own == defined.1));
                entries.insert(
                    place(name),
                    entry(item.expect("a definition"), owner, module),
                );
            } else if let Some((path, own)) = first {
                others.insert(
                    place(name),
                    format!("use crate::{}::{own}", path.join("::")),
                );
            }
        }
    }
    for module in modules {
        for item in &module.items {
            attach(&mut entries, &reach, module, item);
        }
    }
    render(modules, &entries, &others)
}

/// What `item` of `owner` is, as `shown` has it.
fn entry(item: &Item, owner: &Module, shown: &Module) -> Entry {
    let (head, parts) = signature::of(item).unwrap_or_default();
    let attributes: &[_] = match item {
        Item::Struct(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Const(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        _ => &[],
    };
    let gates = [owner.cfg.clone(), conditions(attributes)].concat();
    Entry {
        head: gated(&head, &gates, &shown.cfg),
        parts,
        more: signature::derives(attributes).into_iter().collect(),
        cfg: shown.cfg.clone(),
    }
}

/// `text` behind the features that it needs beside those of the module that shows it.
fn gated(text: &str, conditions: &[String], known: &[String]) -> String {
    let mut new: Vec<&str> = Vec::new();
    for condition in conditions {
        if !known.contains(condition) && !new.contains(&condition.as_str()) {
            new.push(condition);
        }
    }
    match new.as_slice() {
        [] => text.to_owned(),
        some => format!("[{}] {text}", some.join("; ")),
    }
}

/// Adds what an `impl`, or a macro that writes some, says of a public item.
fn attach(entries: &mut BTreeMap<Place, Entry>, reach: &Reach<'_>, module: &Module, item: &Item) {
    match item {
        Item::Impl(block) => {
            let own = name_of(&block.self_ty);
            let own = own.and_then(|name| reach.public(&module.path, &name));
            // What is implemented for the types of others stands under the trait.
            let of = block
                .trait_
                .as_ref()
                .and_then(|(_, of, _)| of.segments.last());
            let of = of.and_then(|last| reach.public(&module.path, &last.ident.to_string()));
            if let Some(entry) = own.or(of).and_then(|place| entries.get_mut(place)) {
                let lines = block_lines(block, module, &entry.cfg);
                entry.more.extend(lines);
            }
        }
        Item::Macro(item) if item.ident.is_none() => {
            let Some(name) = item
                .mac
                .path
                .segments
                .last()
                .map(|last| last.ident.to_string())
            else {
                return;
            };
            let tokens = item.mac.tokens.clone().into_iter();
            for ident in tokens.filter_map(|token| match token {
                proc_macro2::TokenTree::Ident(ident) => Some(ident.to_string()),
                _ => None,
            }) {
                let place = reach.public(&module.path, &ident);
                if let Some(entry) = place.and_then(|place| entries.get_mut(place)) {
                    if entry.head.contains(&format!("{name}! {{")) {
                        return;
                    }
                    let text = match name.as_str() {
                        "command" => signature::command(&item.mac.tokens),
                        _ => String::new(),
                    };
                    entry
                        .more
                        .insert(format!("{name}! {text}").trim_end().to_owned());
                    return;
                }
            }
        }
        // What a macro makes public, under the type that it makes.
        Item::Macro(item) => {
            let made = signature::public_heads(&item.mac.tokens);
            let Some(name) = &item.ident else { return };
            for entry in entries.values_mut() {
                let own = format!("{name}! {{");
                if entry.head.contains(&own) {
                    entry.more.extend(made.iter().cloned());
                }
            }
        }
        _ => {}
    }
}

fn block_lines(block: &ItemImpl, module: &Module, known: &[String]) -> Vec<String> {
    let gates = conditions(&block.attrs);
    if gates.iter().any(|one| one == "test") {
        return Vec::new();
    }
    let generics = signature::tidy(&block.generics);
    let clause = signature::where_clause(&block.generics);
    let own = signature::tidy(&block.self_ty);
    let all = [module.cfg.clone(), gates].concat();
    if let Some((_, of, _)) = &block.trait_ {
        let text = format!("impl{generics} {} for {own}{clause}", signature::tidy(of));
        return vec![gated(&text, &all, known)];
    }
    let lines = block.items.iter().filter_map(|item| {
        let attributes = match item {
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Const(item) => &item.attrs,
            _ => return None,
        };
        let text = signature::part(item)?;
        // On which of its forms: that may be a narrower one.
        let bound = block
            .generics
            .type_params()
            .any(|one| !one.bounds.is_empty());
        let form = match bound || !clause.is_empty() {
            true => format!("  (impl{generics} {own}{clause})"),
            false => String::new(),
        };
        let gates = [all.clone(), conditions(attributes)].concat();
        Some(gated(&format!("{text}{form}"), &gates, known))
    });
    lines.collect()
}

/// The last name of a type's path.
fn name_of(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        Type::Reference(reference) => name_of(&reference.elem),
        _ => None,
    }
}

fn render(
    modules: &[Module],
    entries: &BTreeMap<Place, Entry>,
    others: &BTreeMap<Place, String>,
) -> String {
    let mut text = String::new();
    let mut public: Vec<_> = modules.iter().filter(|module| module.public).collect();
    public.sort_by(|a, b| a.path.cmp(&b.path));
    for module in public {
        let name = [&["luat_modem".to_owned()], module.path.as_slice()]
            .concat()
            .join("::");
        text += &format!("{}\n", gated(&format!("mod {name}"), &module.cfg, &[]));
        for ((_, name), line) in others.iter().filter(|((path, _), _)| *path == module.path) {
            let short = line.rsplit("::").next() == Some(name) || line == &format!("use {name}");
            let alias = if short {
                String::new()
            } else {
                format!(" as {name}")
            };
            text += &format!("  {line}{alias}\n");
        }
        let own = entries.iter().filter(|((path, _), _)| *path == module.path);
        for (_, entry) in own {
            text += &format!("  {}\n", entry.head);
            for part in &entry.parts {
                text += &format!("      {part}\n");
            }
            for line in &entry.more {
                text += &format!("    {line}\n");
            }
        }
        text += "\n";
    }
    text
}
