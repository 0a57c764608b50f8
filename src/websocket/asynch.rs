//! A client on a byte stream whose calls are futures.

crate::websocket::end::client! {
    embedded_io_async,
    /// A WebSocket connection on any byte stream of `embedded_io_async`: a
    /// [`TcpSocket`](crate::asynch::TcpSocket) of the module, or TLS above one.
    ///
    /// The future of [`recv`](Self::recv) can be dropped and made anew if the stream loses nothing then.
    /// If a future that sends is dropped, it is not known how much of the message was taken: close.
    /// After an error the connection is over, [`Error::Send`] excepted.
    [async], [.await]
}
