using System.Numerics;
using Tributary.Orders;

namespace Tributary.Core.Tests.Orders.Properties;

/// <summary>Something that happens to a shop, in the model and in reality.</summary>
internal abstract record ShopOperation
{
    /// <summary>Whether asking for the same again changes nothing.</summary>
    public virtual bool IsKeyed => true;

    public abstract Task<string> InRealityAsync(PropertyShop shop);

    /// <summary>What must be answered; where the model does not know, what was answered.</summary>
    public abstract string InModel(ShopModel model, string answered);
}

internal sealed record PlaceOrder(string Id, int Customer, long Total, string Currency, bool Paid) : ShopOperation
{
    public override Task<string> InRealityAsync(PropertyShop shop) => shop.OrderAsync(Customer, Id, Total, Currency, Paid);

    public override string InModel(ShopModel model, string answered) => model.Record(Id, new ModelOrder(Customer, Currency, Total, Total, 1, Paid));
}

internal sealed record Pay(string Id) : ShopOperation
{
    public override Task<string> InRealityAsync(PropertyShop shop) => shop.PayAsync(Id);

    public override string InModel(ShopModel model, string answered) => model.Pay(Id);
}

internal sealed record Amend(string Id, int Version, long Total) : ShopOperation
{
    public override Task<string> InRealityAsync(PropertyShop shop) => shop.AmendAsync(Id, Version, Total);

    public override string InModel(ShopModel model, string answered) => model.Amend(Id, Version, Total);
}

internal sealed record TakeBack(string Id, string Order, long? Amount, long? Base, RefundKind Kind) : ShopOperation
{
    public override Task<string> InRealityAsync(PropertyShop shop) => shop.RefundAsync(
        new RefundInput { RefundId = Id, OrderId = Order, Amount = Amount, Base = Base, Kind = Kind, WaitForOrder = true });

    public override string InModel(ShopModel model, string answered) => model.Refund(
        Id, new ModelRefund(Order, Amount, Amount ?? BigInteger.Zero, Base, Kind == RefundKind.Cancel ? "cancel" : Kind.ToString(), Stands: true, Waits: false));
}

internal sealed record Reinstate(string Id) : ShopOperation
{
    public override Task<string> InRealityAsync(PropertyShop shop) => shop.ReinstateAsync(Id);

    public override string InModel(ShopModel model, string answered) => model.Reinstate(Id);
}

/// <summary>Time goes on and the job approves what is due.</summary>
internal sealed record PassDays(int Days) : ShopOperation
{
    public override bool IsKeyed => false;

    public override Task<string> InRealityAsync(PropertyShop shop)
    {
        shop.Advance(TimeSpan.FromDays(Days));
        return shop.ApproveDueAsync();
    }

    public override string InModel(ShopModel model, string answered) => answered;
}

/// <summary>A person moves the reward of an order's line. The states are held to their own rules, not to the model.</summary>
internal sealed record JudgeReward(string Verb, string Order, string Campaign, int Line) : ShopOperation
{
    public override bool IsKeyed => false;

    public override Task<string> InRealityAsync(PropertyShop shop) => shop.JudgeAsync(Verb, Order, Campaign, Line);

    public override string InModel(ShopModel model, string answered)
    {
        if (Verb == "reject" && answered == "ok")
            model.Rejected.Add((Order, Campaign, Line));
        return answered is "ok" or "none" or "IllegalTransition" ? answered : "ok";
    }
}
