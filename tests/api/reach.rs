//! Which item a name means, and by which path a user reaches it.

use crate::source::Module;
use std::collections::BTreeMap;
use syn::Item;

/// An item by the module that defines it.
pub(crate) type Place = (Vec<String>, String);

/// The modules by their path, and the paths for users.
pub(crate) struct Reach<'m> {
    modules: BTreeMap<Vec<String>, &'m Module>,
    /// Where users find an item: public module and name, the shortest first.
    public: BTreeMap<Place, Vec<Place>>,
}

impl<'m> Reach<'m> {
    pub(crate) fn new(modules: &'m [Module]) -> Self {
        let by_path = modules.iter().map(|module| (module.path.clone(), module));
        let mut reach = Self {
            modules: by_path.collect(),
            public: BTreeMap::new(),
        };
        for module in modules.iter().filter(|module| module.public) {
            for name in module.items.iter().filter_map(public_name) {
                reach.add(
                    (module.path.clone(), name.clone()),
                    (module.path.clone(), name),
                );
            }
            for (name, from) in &module.exports {
                if let Some(place) = reach.resolve(&module.path, from, 0) {
                    reach.add(place, (module.path.clone(), name.clone()));
                }
            }
        }
        reach
    }

    fn add(&mut self, place: Place, public: Place) {
        let known = self.public.entry(place).or_default();
        known.push(public);
        known.sort_by_key(|(path, name)| (path.len(), path.clone(), name.clone()));
    }

    /// Where users find what `name` means in `module`; `None` if it is private, or of another crate.
    pub(crate) fn public(&self, module: &[String], name: &str) -> Option<&Place> {
        let place = self.resolve(module, &[name.to_owned()], 0)?;
        self.public.get(&place)?.first()
    }

    /// Items that users find at `place` of a public module although they are defined elsewhere.
    pub(crate) fn definition(
        &self,
        module: &[String],
        from: &[String],
    ) -> Option<(&'m Module, Place)> {
        let place = self.resolve(module, from, 0)?;
        Some((self.modules.get(&place.0)?, place))
    }

    fn resolve(&self, module: &[String], path: &[String], depth: u8) -> Option<Place> {
        let (first, rest) = path.split_first()?;
        if depth > 20 {
            return None;
        }
        match first.as_str() {
            "crate" => return self.resolve(&[], rest, depth + 1),
            "self" => return self.resolve(module, rest, depth + 1),
            "super" => {
                return self.resolve(&module[..module.len().checked_sub(1)?], rest, depth + 1);
            }
            _ => {}
        }
        let here = self.modules.get(module)?;
        if rest.is_empty() && here.items.iter().any(|item| defines(item, first)) {
            return Some((module.to_vec(), first.clone()));
        }
        let below = [module, std::slice::from_ref(first)].concat();
        if !rest.is_empty() && self.modules.contains_key(&below) {
            return self.resolve(&below, rest, depth + 1);
        }
        if let Some(from) = here.uses.get(first).filter(|from| *from != path) {
            let from = [from.as_slice(), rest].concat();
            return self.resolve(module, &from, depth + 1);
        }
        let globs = here.uses.iter().filter(|(name, _)| name.ends_with("::*"));
        for (_, from) in globs {
            let from = [from.as_slice(), path].concat();
            if let Some(place) = self.resolve(module, &from, depth + 1) {
                return Some(place);
            }
        }
        None
    }
}

/// The name of an item that is for all to see.
fn public_name(item: &Item) -> Option<String> {
    let is = |vis: &syn::Visibility| matches!(vis, syn::Visibility::Public(_));
    let (vis, name) = head(item)?;
    vis.is_none_or(is).then_some(name)
}

fn defines(item: &Item, name: &str) -> bool {
    head(item).is_some_and(|(_, own)| own == name)
}

/// Visibility and name; what a macro makes is as visible as the macro's text says, which is `pub` here.
pub(crate) fn head(item: &Item) -> Option<(Option<&syn::Visibility>, String)> {
    Some(match item {
        Item::Struct(item) => (Some(&item.vis), item.ident.to_string()),
        Item::Enum(item) => (Some(&item.vis), item.ident.to_string()),
        Item::Trait(item) => (Some(&item.vis), item.ident.to_string()),
        Item::Type(item) => (Some(&item.vis), item.ident.to_string()),
        Item::Const(item) => (Some(&item.vis), item.ident.to_string()),
        Item::Static(item) => (Some(&item.vis), item.ident.to_string()),
        Item::Fn(item) => (Some(&item.vis), item.sig.ident.to_string()),
        Item::Macro(item) if item.ident.is_none() => (None, made_by(&item.mac)?),
        _ => return None,
    })
}

/// The type that `name! { Type, … }` defines; `command!` ties one that is there already.
fn made_by(mac: &syn::Macro) -> Option<String> {
    let name = mac.path.segments.last()?.ident.to_string();
    if name == "client" {
        return Some("WebSocket".to_owned());
    }
    if name != "identity" && name != "name" {
        return None;
    }
    let tokens = mac.tokens.clone().into_iter();
    tokens.into_iter().find_map(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    })
}
